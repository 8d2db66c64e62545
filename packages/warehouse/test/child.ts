import { openChdbWarehouse } from '../src/chdb/index.js';

// A process of its own: opens the warehouse, then inserts row after row and says so, until it is killed.
const [dir = '', engineDir = '', mode = ''] = process.argv.slice(2);

try {
  const warehouse = await openChdbWarehouse({ dir, engineDir });
  process.stdout.write('open\n');
  if (mode === 'hold') setInterval(() => {}, 1_000);
  for (let i = 0; mode === 'insert'; i++) {
    const row = { tenant: 'child', id: String(i), logged_at: Date.now(), version: 1 };
    await warehouse.insert('dead_letters', [row], { token: `child ${i}` });
    process.stdout.write(`ack ${i}\n`);
  }
} catch (error) {
  process.stdout.write(`error ${(error as { code?: string }).code}\n`);
}
