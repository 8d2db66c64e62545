import type { Scope } from '@earshot/kit';
import { tempFolder } from '../../load/temp-folder.js';

/** A folder that goes with the scope, or with this program if it ends before. */
export function scopedFolder(scope: Scope, name: string): string {
  const { dir, remove } = tempFolder(name);
  scope.defer(dir, remove);
  return dir;
}
