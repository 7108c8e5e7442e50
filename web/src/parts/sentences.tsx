// What the report says in words. Lines that are set in columns keep them.
import type { ComponentChildren, JSX } from 'preact';
import type { Answer } from '../answer';

/// Paragraphs of prose, and blocks of lines that are set with spaces.
function blocks(sentences: string[], title: string): { text: string; set: boolean }[] {
  const out: { text: string; set: boolean }[] = [];
  for (const line of sentences.flatMap((s) => s.split('\n'))) {
    if (line.trim() === '' || line.trim() === title) continue;
    const last = out[out.length - 1];
    // A line that goes on where the one before it stops.
    if (last && /^\s*[,;.)]/.test(line)) {
      last.text += `\n${line.trim()}`;
      continue;
    }
    const set: boolean = line.startsWith('  ') && (last?.set === true || /\S {2,}\S/.test(line));
    if (set && last?.set) last.text += `\n${line}`;
    else out.push({ text: set ? line : line.trim(), set });
  }
  return out;
}

/// What the answer is about: the line under its title.
export function lead(answer: Answer): string | undefined {
  const [first] = blocks((answer.sentences ?? []).slice(0, 1), answer.title);
  return first?.set ? undefined : first?.text;
}

/// Days stay on one line.
const unbroken = (text: string): ComponentChildren[] =>
  text.split(/(\d{4}-\d{2}-\d{2})/).map((part, i) =>
    i % 2 ? (
      <span key={i} class="date">
        {part}
      </span>
    ) : (
      part
    ),
  );

/// The rest.
export function Sentences({ answer }: { answer: Answer }): JSX.Element {
  const all = blocks(answer.sentences ?? [], answer.title);
  return (
    <div class="sentences">
      {all.slice(lead(answer) ? 1 : 0).map(({ text, set }, i) =>
        set ? (
          <pre key={i} tabIndex={0}>
            {text}
          </pre>
        ) : (
          <p key={i}>
            {text.split('\n').map((line, n) => (
              <span key={n}>{unbroken(line)}</span>
            ))}
          </p>
        ),
      )}
    </div>
  );
}

/// Whether lines are set in columns, which need the width of the page.
export const needsWidth = (answer: Answer): boolean => blocks(answer.sentences ?? [], answer.title).some((b) => b.set);
