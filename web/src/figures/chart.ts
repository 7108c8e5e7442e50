// ECharts with only what the figures need. Figures of a few thousand points are drawn as SVG, which prints and scales
// crisply; larger ones on a canvas, which stays quick.
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';

use([LineChart, CustomChart, ScatterChart, GridComponent, SVGRenderer, CanvasRenderer]);

const canvasFrom = 6000;

export const makeChart = (element: HTMLElement, points: number): ECharts =>
  init(element, null, { renderer: points > canvasFrom ? 'canvas' : 'svg' });
export type { ECharts };
