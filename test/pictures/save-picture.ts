import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const COLOURS = '64';

/** With a palette: a fraction of the size, and nobody sees a difference. */
export async function savePicture(path: string, png: Buffer): Promise<void> {
  const words = ['--speed', '1', '--nofs', '--strip', COLOURS, '-'];
  const { status, stdout } = spawnSync('pngquant', words, { input: png });
  if (status !== 0) throw new Error(`pngquant refuses the picture ${path}`);
  writeFileSync(path, stdout);
}
