// Where the page starts: with the answer that stands in it, or live from the server that gave it.
import { render } from 'preact';
import { type Answer, readAnswer } from './answer';
import { Live } from './live/live';
import { AnswerPage } from './page';
import { Broken, Guarded } from './parts/broken';
import './style.css';

function start(): void {
  const root = document.getElementById('app')!;
  const embedded = document.getElementById('orrery-answer')?.textContent;
  if (!embedded) return render(<Live />, root);
  const answer = parsed(embedded);
  if (!answer) return render(<Broken />, root);
  window.orrery.answer = answer;
  document.title = answer.title;
  render(
    <Guarded>
      <AnswerPage answer={answer} />
    </Guarded>,
    root,
  );
}

function parsed(text: string): Answer | undefined {
  try {
    return readAnswer(JSON.parse(text));
  } catch {
    return undefined;
  }
}

// In a page of one file the script runs before the rest of the page is there.
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
