// The check for accessibility, by axe.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/// Findings that matter: how bad, which rule, where. Of a table the first six rows are looked at: the others are built
/// as they are.
export async function findings(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    window.axe.run({ exclude: [['tbody tr:nth-child(n + 7)']] }, { resultTypes: ['violations'] }),
  );
  return found.violations
    .filter((v) => ['serious', 'critical'].includes(v.impact))
    .map(
      (v) =>
        `${v.impact} ${v.id}: ${v.nodes
          .slice(0, 3)
          .map((n) => `${n.target} ${n.failureSummary.split('\n')[1]?.trim()}`)
          .join('; ')}`,
    );
}
