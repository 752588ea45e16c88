/** A test that types what stands in a block, or pastes it. */
interface Run {
  readonly runIn: string;
}

/** Shown, not typed: a test compares it with what really comes. */
interface Compared {
  readonly comparedIn: string;
}

/** Neither, and why; a test may still look whether what it names is there. */
interface Left {
  readonly leftBecause: string;
  readonly checkedIn?: string;
}

export type Where = Run | Compared | Left;

const typed = (runIn: string): Run => ({ runIn });
const shown = (comparedIn: string): Compared => ({ comparedIn });
const left = (leftBecause: string): Left => ({ leftBecause });

const GUIDE = typed('test/integration/the-operator-guide.test.ts');
const OPERATING = typed('test/integration/operating-step-by-step.test.ts');
const STOCK = typed('test/integration/debians-own-configuration.test.ts');
const STOCK_SAYS = shown('test/integration/debians-own-configuration.test.ts');
const CHATS = shown('test/integration/what-the-documents-show.test.ts');
const DEMO = shown('test/integration/demo.test.ts');
const NPM = typed('test/packaging/npm-package.test.ts');
/** Without a container: on a copy of this machine. */
const DEBIAN = typed('test/packaging/debian-package.test.ts');
/** By `npm test -- --project docker`, as it needs Docker and builds images for some minutes. */
const IMAGE = typed('test/docker/installing.test.ts');
const COMPOSE = typed('test/docker/first-receipt.test.ts');
const POSTGRES = typed('test/store/postgres-by-the-documents.test.ts');

const MODULE = shown('test/docs/module-readmes.test.ts');
const PICTURES = left('somebody has to look at each picture that it makes anew');
const OTHER_ROOT = left('it downloads a whole Debian, and runs all tests of ejabberd in it');

/** Every block of the documents for who runs, uses or tests it, in order, by its first line. */
export const BLOCKS: Readonly<Record<string, readonly (readonly [string, Where])[]>> = {
  'README.md': [
    ['10:42  you        Are you coming tonight?', CHATS],
    [
      ' alice ──message + request──▶ server ──────────▶ bob',
      left('a drawing of who talks to whom: nothing prints it'),
    ],
    ['$ docker compose run --rm first-receipt', COMPOSE],
    ['8. Bob wants to be asked each time', DEMO],
    ['mkdir -p /usr/local/lib/prosody/modules', STOCK],
    ['VirtualHost "example.org"', STOCK],
    ['systemctl restart prosody', STOCK],
    ['npm ci && npm run build', STOCK],
    [
      '"server":"127.0.0.1:5347","component":"receipts.example.org","tries":1,"msg":"connected"',
      STOCK_SAYS,
    ],
    ['(umask 077; openssl rand -hex 32 > secret)', STOCK],
    ['systemctl restart ejabberd', STOCK],
    ['mkdir -p /var/lib/ejabberd/.ejabberd-modules/sources', STOCK],
    [
      'example.org: ejabberd 23.01-1 with mod_receipts 0.1.0 proves accepted, relayed, sent, …',
      STOCK_SAYS,
    ],
    [
      "<message type='chat' from='receipts@receipts.example.org' to='alice@example.org' id='r-5f0c1a'>",
      CHATS,
    ],
    ['bob    policy manual', CHATS],
  ],
  'docs/benchmarks.md': [
    [
      'npm run bench                        all of them, about half an hour',
      left('it measures for half an hour, on a machine with nothing else to do'),
    ],
  ],
  'docs/check.md': [],
  'docs/demo.md': [
    ['npm run demo', typed('test/integration/demo.test.ts')],
    [
      '{"at":"2026-11-22T11:15:21.638Z","kind":"receipt","id":"dinner","from":"alice@example.org","to":"bob@example.org","status":"stored","text":"Alice is told: …"}',
      DEMO,
    ],
    ['docker compose run --rm first-receipt', COMPOSE],
  ],
  'docs/installing.md': [
    ['npm install ./xmpp-receipts-0.1.0.tgz', NPM],
    ['npm ci && npm run deb', DEBIAN],
    ['apt-get install ./xmpp-receipts_0.1.0_amd64.deb', DEBIAN],
    [
      'docker run --rm -v "$PWD/build:/build:ro" -v "$PWD/test/packaging/debian:/try:ro" \\',
      DEBIAN,
    ],
    [
      'debootstrap --variant=minbase --include=systemd-sysv,dbus,procps,adduser,nodejs trixie /tree',
      left('it downloads a whole Debian 13 and boots it, which takes some minutes'),
    ],
    ['docker build -t xmpp-receipts .', IMAGE],
  ],
  'docs/operating.md': [
    ['modules:', typed('test/integration/field-a-filter-against-strangers.test.ts')],
    ['xmpp-receipts backup /backups/receipts-2026-11-28.db', OPERATING],
    ["sqlite3 receipts.db 'PRAGMA quick_check;'", OPERATING],
    ['xmpp-receipts export bob@example.org > bob.json', OPERATING],
    ['xmpp-receipts prune --older-than 90d --dry-run', OPERATING],
    ["sqlite3 receipts.db 'VACUUM;'", OPERATING],
    ['sudo -u postgres createuser receipts --pwprompt', POSTGRES],
    [
      '{"level":20,"sender":"alice@example.org","recipient":"bob@example.org","id":"m1","decision":"hold","because":"client-answered","words":"words-off","tick":"client-answered","question":"not-manual","msg":"a message was judged"}',
      CHATS,
    ],
  ],
  'docs/operator-guide.md': [
    ['xmpp-receipts check', GUIDE],
    ['xmpp-receipts status', GUIDE],
    ['xmpp-receipts tail', GUIDE],
    ['xmpp-receipts completion bash > /etc/bash_completion.d/xmpp-receipts', GUIDE],
    ['xmpp-receipts policy get alice@example.org', GUIDE],
    ['# user, contact or -, policy', GUIDE],
    ['xmpp-receipts policy load policies.csv', GUIDE],
    ['xmpp-receipts module prosody --into /usr/local/lib/prosody/modules', GUIDE],
    ['xmpp-receipts backup /var/backups/receipts.db', GUIDE],
    ['systemctl stop xmpp-receipts', GUIDE],
    ['xmpp-receipts export bob@example.org', GUIDE],
  ],
  'docs/scale.md': [
    [
      'xmpp-receipts migrate --from sqlite:/var/lib/xmpp-receipts/receipts.db --to postgres://receipts@localhost/receipts',
      POSTGRES,
    ],
  ],
  'docs/settings.md': [['component:', typed('test/docs/settings.test.ts')]],
  'docs/testing.md': [
    [
      'npm run test:faults -- --seed 7 --rounds 200 --server prosody --store sqlite',
      left('it takes 10 to 20 minutes; a short run of it is a test'),
    ],
    [
      'npm run test:faults -- --server ejabberd-cluster --nodes 3 --seed 7 --rounds 60',
      left('it takes five minutes; a short run of it is a test'),
    ],
    ['npm run build', PICTURES],
    ['npm run pictures', PICTURES],
    ['debootstrap --variant=minbase trixie /folder', OTHER_ROOT],
    ['EJABBERD_ROOT=/folder npx vitest run --project ejabberd', OTHER_ROOT],
  ],
  'docs/soak.md': [
    [
      'npm run soak -- --server prosody --store sqlite --minutes 60 --rate 20',
      left('it takes an hour'),
    ],
  ],
  'docs/user-guide.md': [
    [' carol@example.org [offline]', CHATS],
    ['12:46:10 - me: why', shown('test/scenarios/a-sender-asks-why-nothing-was-heard.test.ts')],
    ['12:45:02 - me: policy manual', CHATS],
  ],
  'ejabberd-config/modules/mod_receipts/README.md': [
    ['listen:', MODULE],
    [
      'mkdir -p /var/lib/ejabberd/.ejabberd-modules/sources',
      typed('test/docs/module-readmes.test.ts'),
    ],
    [
      'EJABBERD=$(ls -d /usr/lib/*/ejabberd-* | tail -1)',
      typed('test/integration/ejabberd-with-erlc.test.ts'),
    ],
    ['modules:', left('it shows the form of an option, with the value that it has anyway')],
  ],
  'prosody-config/modules/mod_receipts/README.md': [
    ['mkdir -p /usr/local/lib/prosody/modules', typed('test/docs/module-readmes.test.ts')],
    ['VirtualHost "example.org"', MODULE],
  ],
};
