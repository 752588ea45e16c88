import { ALICE, BOB, BOT, CAROL, PASSWORD } from './cast.ts';
import type { Stage } from './stage.ts';

/** How to be Alice with a client of one's own. */
export function invitation({ server, daemon }: Stage): string {
  const { c2s, component } = server.ports;
  const { config, database, log } = daemon.paths;
  return `
Everything keeps running until Ctrl-C. Be Alice with a client of your own:

  account             password
  ${ALICE}   ${PASSWORD}    free for you
  ${BOB}     ${PASSWORD}    online, and answers
  ${CAROL}   ${PASSWORD}    offline

  clients     127.0.0.1 port ${c2s}, without TLS
  component   127.0.0.1 port ${component}

With Profanity, for instance:

  /connect ${ALICE} server 127.0.0.1 port ${c2s} tls disable      (password: ${PASSWORD})
  /receipts request on
  /msg ${BOB} Hello      → Bob’s app answers: your own tick
  /msg ${CAROL} Hello    → ${BOT} tells you: stored
  /msg ${BOT} help    → what can be said to it

To be asked each time, be Bob in a second one (his phone stays online), then write to him as Alice:

  /connect ${BOB} server 127.0.0.1 port ${c2s} tls disable      (password: ${PASSWORD})
  /msg ${BOT} policy manual    → the bot asks you: answer yes, no or later

Behind the scenes:

  settings    ${config}
  records     ${database}
  log         ${log}
`;
}
