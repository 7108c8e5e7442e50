// orrery view as a process of its own.
import { spawn } from 'node:child_process';
import { program, root } from './program.mjs';

/// Starts it; `link` opens its page, `another` gives a fresh link once the last one has been used.
export async function serve(...args) {
  const child = spawn(program, ['view', ...args, '--no-browser'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = [], waiting = [];
  let errors = '', rest = '';
  child.stderr.on('data', (data) => (errors += data));
  child.stdout.on('data', (data) => {
    const all = (rest + data).split('\n');
    rest = all.pop();
    for (const line of all) (waiting.shift() ?? ((l) => lines.push(l)))(line.replace(/^another link: /, ''));
  });
  const ended = new Promise((done) => child.on('exit', (code) => done(code)));
  const line = () =>
    lines.length
      ? Promise.resolve(lines.shift())
      : Promise.race([
          new Promise((done) => waiting.push(done)),
          ended.then((code) => {
            throw new Error(`orrery view ended with ${code}: ${errors}`);
          }),
        ]);
  const link = await line();
  return {
    link,
    origin: new URL(link).origin,
    another: line,
    /// Ends it as ctrl and C do; its exit status.
    async stop() {
      child.kill('SIGINT');
      return ended;
    },
  };
}
