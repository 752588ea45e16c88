const IN_A_TERMINAL = ['tmux', 'fonts'];
const ON_A_DESKTOP = ['xvfb', 'dbus', 'gdbus', 'xdotool', 'imagemagick', 'tesseract', 'fonts'];

/** What each client needs, by its name in test/pictures. */
export const CLIENTS = {
  converse: [],
  profanity: ['profanity', ...IN_A_TERMINAL],
  poezio: ['poezio', ...IN_A_TERMINAL],
  mcabber: ['mcabber', ...IN_A_TERMINAL],
  gajim: ['gajim', ...ON_A_DESKTOP],
  dino: ['dino', 'openbox', 'accessibility', 'openssl', ...ON_A_DESKTOP],
  psi: ['psi', ...ON_A_DESKTOP],
};

/** The tools for pictures of these clients, or of all. One that we do not know is for the script to refuse. */
export function toolsForPictures(args) {
  const named = args.filter((arg) => arg in CLIENTS);
  const clients = named.length > 0 ? named : Object.keys(CLIENTS);
  return [
    ...new Set(['prosody', 'chromium', 'pngquant', ...clients.flatMap((name) => CLIENTS[name])]),
  ];
}
