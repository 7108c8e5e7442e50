// Where the page starts: with the answer that stands in it, or live from the server that gave it.
import { render } from 'preact';
import type { Answer } from './answer';
import { Live } from './live/live';
import { AnswerPage } from './page';
import './style.css';

function start(): void {
  const root = document.getElementById('app')!;
  const embedded = document.getElementById('orrery-answer')?.textContent;
  if (!embedded) return render(<Live />, root);
  const answer = JSON.parse(embedded) as Answer;
  window.orrery.answer = answer;
  document.title = answer.title;
  render(<AnswerPage answer={answer} />, root);
}

// In a page of one file the script runs before the rest of the page is there.
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
