import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run, say } from './run.mjs';

const TESTS = 'test/ejabberd-module';
const OTP = ['erts', 'kernel', 'stdlib', 'crypto'];
/** Modules of the server and of its libraries that ours calls: all of them would take minutes. */
const CALLED = {
  'ejabberd-': [
    ...['acl', 'econf', 'ejabberd_auth', 'ejabberd_hooks', 'ejabberd_option', 'ejabberd_router'],
    ...['ejabberd_sm', 'gen_iq_handler', 'gen_mod', 'misc', 'mod_mam'],
  ],
  'p1_xmpp-': ['jid', 'xmpp', 'xmpp_stream_in'],
  'p1_xml-': ['fxml'],
  'p1_utils-': ['p1_queue'],
  'p1_yconf-': ['yconf'],
  'idna-': ['idna'],
  'mnesia-': ['mnesia'],
};

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
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    const [, tests, failures, errors] =
      /<testsuite tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(readFileSync(file, 'utf8'));
    const failed = Number(failures) + Number(errors);
    totals.passed += Number(tests) - failed;
    totals.failed += failed;
  }
  // Nothing tested is a failure, and so is an end before they could be written.
  const isUncounted = totals.passed + totals.failed === 0 || (status !== 0 && totals.failed === 0);
  return isUncounted ? { ...totals, failed: totals.failed + 1 } : totals;
}

/** Whether the functions of the module fit each other and those that they call; any warning is a failure. */
export async function runDialyzer() {
  const { compiled, inside, place, MODULE_SOURCES, EACH_SPECIFIED } = await ejabberd();
  const ebin = compiled(place, [MODULE_SOURCES], EACH_SPECIFIED);
  // It only computes, for minutes: other tests run beside.
  const dialyzer = (...args) => inside(place.root, ['nice', 'dialyzer', ...args]);
  const known = join(process.cwd(), 'dist', `${basename(place.ejabberd)}.plt`);
  if (!existsSync(known) && !learn(known, { dialyzer, place })) return oneCheck(false);
  const [command, ...args] = dialyzer('--plt', known, '-Wunmatched_returns', '-r', ebin);
  const status = await run(command, args);
  return oneCheck(status === 0);
}

function oneCheck(isWell) {
  return { passed: isWell ? 1 : 0, failed: isWell ? 0 : 1, skipped: 0 };
}

/** Once for each version of the server. */
function learn(known, { dialyzer, place }) {
  say('dialyzer reads Erlang and ejabberd: a minute or two, once');
  const unfinished = `${known}-${process.pid}`;
  const beams = Object.entries(CALLED).flatMap((entry) => beamsOf(place, ...entry));
  const build = ['--build_plt', '--output_plt', unfinished, '--apps', ...OTP, '-c', ...beams];
  const [command, ...args] = dialyzer(...build);
  // What it says is of others.
  spawnSync(command, args, { stdio: 'ignore' });
  if (!existsSync(unfinished)) return false;
  renameSync(unfinished, known);
  return true;
}

function beamsOf({ root, ejabberd, xmpp }, library, names) {
  const libraries = dirname(xmpp);
  const newest = () => readdirSync(join(root, libraries)).findLast((it) => it.startsWith(library));
  const folder = library === 'ejabberd-' ? ejabberd : join(libraries, newest());
  return names.map((name) => join(folder, 'ebin', `${name}.beam`));
}

/** Where it is, and what the tests on a real one compile and run with. */
async function ejabberd() {
  const folder = '../../dist/test/support/ejabberd';
  const [{ expectEjabberd }, compile, { inside }] = await Promise.all(
    ['where', 'compile', 'inside'].map((name) => import(`${folder}/${name}.js`)),
  );
  return { ...compile, inside, place: expectEjabberd() };
}
