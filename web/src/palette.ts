// Colours that people with any form of colour vision tell apart. What limits has the same colour in every figure. Each
// stands 3:1 or more against the page of its theme, those of limits 4.5:1, so that words can stand on them.
export type Theme = 'light' | 'dark';

export interface Palette {
  ink: string;
  quiet: string;
  rule: string;
  surface: string;
  accent: string;
  other: string;
  good: string;
  bad: string;
  series: string[];
}

export const palettes: { [theme in Theme]: Palette } = {
  light: {
    ink: '#1b2430',
    quiet: '#566270',
    rule: '#dfe3e8',
    surface: '#ffffff',
    accent: '#2456b8',
    other: '#7d8793',
    good: '#1a7f8c',
    bad: '#c2500c',
    series: [
      '#2f6fbf',
      '#c97a00',
      '#00866a',
      '#b4558f',
      '#3a93c2',
      '#c04a1c',
      '#75502a',
      '#6b7480',
      '#8a8300',
      '#5b4bb3',
    ],
  },
  dark: {
    ink: '#e6eaf0',
    quiet: '#a3aebb',
    rule: '#333c48',
    surface: '#171c23',
    accent: '#7aa7f7',
    other: '#8b96a3',
    good: '#4cb8c4',
    bad: '#f08a4b',
    series: [
      '#6ea8f0',
      '#f0a93b',
      '#3fc09c',
      '#e08fc0',
      '#7cc7ee',
      '#f07f56',
      '#c49a6c',
      '#a4adb8',
      '#cfc650',
      '#a99bf0',
    ],
  },
};

const limits: { [name: string]: [light: string, dark: string] } = {
  chips: ['#66758c', '#93a3bb'],
  deliveries: ['#157aa6', '#62c0ea'],
  installation: ['#087a59', '#3fc79b'],
  'burn-in': ['#846700', '#dcc04a'],
  building: ['#7b4d1f', '#c08e5b'],
  power: ['#c44a06', '#ff8f4d'],
  cooling: ['#8a4fc0', '#bd93ee'],
  network: ['#bd1e63', '#f478ab'],
};

/// The colour of what limits, by its name without what stands behind it in brackets; "delivered" is what deliveries allow.
/// Undefined for other names.
export function limitColour(name: string, theme: Theme): string | undefined {
  const limit = name.split(' (')[0]!;
  const pair = limits[limit === 'delivered' || limit === 'delivery' ? 'deliveries' : limit];
  return pair && pair[theme === 'light' ? 0 : 1];
}

/// The colour of the n-th series.
export function seriesColour(name: string, n: number, theme: Theme): string {
  const { series } = palettes[theme];
  return limitColour(name, theme) ?? series[n % series.length]!;
}
