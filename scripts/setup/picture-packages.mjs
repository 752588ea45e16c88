import { existsSync } from 'node:fs';
import { isOnPath } from './run.mjs';

/** Clients, and what shows and photographs them. */
export const TOOLS_FOR_PICTURES = {
  profanity: command('profanity'),
  poezio: command('poezio'),
  mcabber: command('mcabber'),
  gajim: command('gajim'),
  dino: command('dino-im'),
  psi: command('psi-plus'),
  chromium: command('chromium'),
  tmux: command('tmux'),
  xvfb: command('Xvfb', 'xvfb'),
  dbus: command('dbus-daemon'),
  gdbus: command('gdbus', 'libglib2.0-bin'),
  xdotool: command('xdotool'),
  openbox: command('openbox'),
  accessibility: {
    debian: 'at-spi2-core',
    isThere: () => existsSync('/usr/libexec/at-spi-bus-launcher'),
  },
  imagemagick: command('import', 'imagemagick'),
  tesseract: command('tesseract', 'tesseract-ocr'),
  openssl: command('openssl'),
  pngquant: command('pngquant'),
  fonts: {
    debian: 'fonts-dejavu-core',
    isThere: () => existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf'),
  },
};

function command(name, debian = name) {
  return { debian, isThere: () => isOnPath(name) };
}
