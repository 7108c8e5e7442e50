// The page of one answer: what it is called and says in words, its figures by chapter, its tables, its facts.
import type { ComponentChildren, JSX } from 'preact';
import type { Answer } from './answer';
import { FigureFrame } from './parts/figure';

interface PageProps {
  answer: Answer;
  /// What stands beside an answer that can be asked again: the form, a run's progress.
  aside?: ComponentChildren;
}

export function AnswerPage({ answer, aside }: PageProps): JSX.Element {
  return (
    <div class="page">
      <a class="skip" href="#content">
        To the content
      </a>
      {aside}
      <main id="content">
        <h1>{answer.title}</h1>
        {(answer.figures ?? []).map((figure) => (
          <FigureFrame key={figure.key} answer={answer} figure={figure} />
        ))}
      </main>
    </div>
  );
}
