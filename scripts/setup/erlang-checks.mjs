import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run, say } from './run.mjs';

const TESTS = 'test/ejabberd-module';
const OTP = ['erts', 'kernel', 'stdlib', 'crypto', 'mnesia'];
/** Libraries of ejabberd whose functions the module calls. */
const LIBRARIES = ['p1_xmpp-', 'p1_xml-', 'p1_utils-', 'p1_yconf-'];

/** Every *_tests.erl, without a server. */
export async function runEunit() {
  const { compiled, inside, place, MODULE_SOURCES } = await ejabberd();
  const ebin = compiled(place, [MODULE_SOURCES, TESTS]);
  const results = mkdtempSync(join(tmpdir(), 'eunit-'));
  try {
    const libraries = ['-pa', ebin, '-pa', join(place.ejabberd, 'ebin')];
    const [command, ...args] = inside(place.root, [
      ...['erl', '-noinput', ...libraries, '-eval', eunitOf(results)],
    ]);
    const status = await run(command, args);
    return totalsOf(
      readdirSync(results).map((name) => join(results, name)),
      status,
    );
  } finally {
    rmSync(results, { recursive: true });
  }
}

// What the module logs in its tests is expected, and tested.
function eunitOf(results) {
  const modules = readdirSync(TESTS)
    .filter((name) => name.endsWith('_tests.erl'))
    .map((name) => basename(name, '.erl'));
  return `logger:remove_handler(default),
    Result = eunit:test([${modules}], [{report, {eunit_surefire, [{dir, "${results}"}]}}]),
    halt(case Result of ok -> 0; _ -> 1 end).`;
}

/** Of the files that eunit writes, one for each module. */
function totalsOf(files, status) {
  const totals = { passed: 0, failed: 0 };
  for (const file of files) {
    const [, tests, failures, errors] =
      /<testsuite tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(readFileSync(file, 'utf8'));
    const failed = Number(failures) + Number(errors);
    totals.passed += Number(tests) - failed;
    totals.failed += failed;
  }
  // It ended before it could write them.
  if (status !== 0 && totals.failed === 0) totals.failed = 1;
  return totals;
}

/** What the module is called with and what it calls; any warning is a failure. */
export async function runDialyzer() {
  const { compiled, inside, place, MODULE_SOURCES, EACH_SPECIFIED } = await ejabberd();
  const ebin = compiled(place, [MODULE_SOURCES], EACH_SPECIFIED);
  const plt = join(process.cwd(), 'dist', `ejabberd-${basename(place.ejabberd)}.plt`);
  const dialyzer = (...args) => inside(place.root, ['dialyzer', '--quiet', ...args]);
  if (!existsSync(plt) && !buildPlt(dialyzer, place, plt)) return { passed: 0, failed: 1 };
  const [command, ...args] = dialyzer('--plt', plt, '-r', ebin);
  const status = await run(command, args);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Once for each version of the server: it takes about a minute. Unknown functions of others are no concern here. */
function buildPlt(dialyzer, place, plt) {
  say('dialyzer: reading ejabberd and its libraries (once)');
  const folders = [place.ejabberd, ...LIBRARIES.flatMap((name) => librariesOf(place, name))];
  const unfinished = `${plt}-${process.pid}`;
  const [command, ...args] = dialyzer(
    ...['--build_plt', '--output_plt', unfinished, '--apps', ...OTP],
    ...['-r', ...folders.map((folder) => join(folder, 'ebin'))],
  );
  spawnSync(command, args, { stdio: 'ignore' });
  if (!existsSync(unfinished)) return false;
  renameSync(unfinished, plt);
  return true;
}

function librariesOf({ root, xmpp }, prefix) {
  const folder = dirname(xmpp);
  const names = readdirSync(join(root, folder)).filter((name) => name.startsWith(prefix));
  return names.map((name) => join(folder, name));
}

/** Where it is, and what the tests on a real one compile and run with. */
async function ejabberd() {
  const folder = '../../dist/test/support/ejabberd';
  const [{ expectEjabberd }, compile, { inside }] = await Promise.all(
    ['where', 'compile', 'inside'].map((name) => import(`${folder}/${name}.js`)),
  );
  return { ...compile, inside, place: expectEjabberd() };
}
