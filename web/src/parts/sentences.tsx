// What the report says in words. Lines that are set in columns keep them.
import type { JSX } from 'preact';

/// Paragraphs of prose, and blocks of lines that are set with spaces.
function blocks(sentences: string[], title: string): { text: string; set: boolean }[] {
  const out: { text: string; set: boolean }[] = [];
  for (const line of sentences.flatMap((s) => s.split('\n'))) {
    if (line.trim() === '' || line.trim() === title) continue;
    const set = line.startsWith('  ');
    const last = out[out.length - 1];
    if (set && last?.set) last.text += `\n${line}`;
    else out.push({ text: line, set });
  }
  return out;
}

export function Sentences({ sentences, title }: { sentences: string[]; title: string }): JSX.Element {
  return (
    <div class="sentences">
      {blocks(sentences, title).map(({ text, set }, i) => (set ? <pre key={i} tabIndex={0}>{text}</pre> : <p key={i}>{text}</p>))}
    </div>
  );
}
