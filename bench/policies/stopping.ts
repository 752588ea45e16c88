import type { Result } from '../benchmark.ts';
import { ratios, round, show, spreadOf } from '../measure/figures.ts';
import { Helper } from '../measure/helper.ts';
import { cpuSeconds, OTHER_CORE } from '../measure/process.ts';
import { ANSWERERS, type AnswererName, askerOf, PAIRS } from './answerer.ts';
import type { Answered, AnsweringOrder } from './answering.ts';
import { versionIn } from './filler.ts';
import { Stage } from './stage.ts';

const ANSWERING = new URL('./answering.js', import.meta.url);
const WARM_UP = 0.2;

export interface StoppingPlan {
  /** A store where nobody chose anything, and one where everybody did. */
  readonly empty: string;
  readonly full: string;
  readonly rounds: number;
  readonly answers: number;
}

const CASES = ['nobody has a policy', 'let through', 'stopped'] as const;
type Case = (typeof CASES)[number];

interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

/** What a look at each answer costs the server, and what stopping it. */
export async function measureStopping(
  plan: StoppingPlan,
  say: (line: string) => void,
): Promise<readonly Result[]> {
  const runs: Record<Case, Rate[]> = { 'nobody has a policy': [], 'let through': [], stopped: [] };
  for (let number = 0; number < plan.rounds; number += 1) {
    for (const name of CASES) {
      const rate = await measure(name, plan);
      runs[name].push(rate);
      say(`answers, ${name}: ${round(rate.perSecond)}/s`);
    }
  }
  return resultsOf(runs);
}

async function measure(name: Case, { empty, full, answers }: StoppingPlan): Promise<Rate> {
  const isEmpty = name === 'nobody has a policy';
  const users = Array.from({ length: PAIRS }, (_, number) => number).flatMap((number) => [
    askerOf(number),
    ...ANSWERERS.map((kind) => `${kind.name}${number}`),
  ]);
  const stage = await Stage.set(isEmpty ? empty : full, users);
  const helper = Helper.start(ANSWERING, OTHER_CORE);
  try {
    await stage.startDaemon();
    await stage.untilInForce(versionIn(stage.database));
    await helper.ask<object>({
      kind: 'connect',
      port: stage.prosody.ports.c2s,
    } satisfies AnsweringOrder);
    const who = name === 'stopped' ? 'stopped' : 'passing';
    await answer(helper, { stage, who, answers: answers * WARM_UP });
    return await answer(helper, { stage, who, answers });
  } finally {
    await helper.end();
    await stage.dispose();
  }
}

async function answer(
  helper: Helper,
  { stage, who, answers }: { stage: Stage; who: AnswererName; answers: number },
): Promise<Rate> {
  const { pid } = stage.prosody;
  const before = cpuSeconds(pid);
  const done = await helper.ask<Answered>({
    kind: 'answer',
    who,
    answers,
  } satisfies AnsweringOrder);
  const cpu = cpuSeconds(pid) - before;
  expectArrived(who, done);
  return { perSecond: done.answers / done.seconds, perCpuSecond: done.answers / cpu };
}

/** The last ones may still be on their way. */
function expectArrived(who: AnswererName, { answers, arrived }: Answered): void {
  const isRight = who === 'stopped' ? arrived === 0 : arrived > answers / 2;
  if (!isRight) throw new Error(`of ${answers} answers (${who}) ${arrived} arrived`);
}

function resultsOf(runs: Readonly<Record<Case, readonly Rate[]>>): readonly Result[] {
  const [none, ...others] = CASES;
  const of = (name: Case, rate: keyof Rate) => runs[name].map((run) => run[rate]);
  return [
    { what: `answers a second, ${none}`, figure: show(spreadOf(of(none, 'perSecond'))) },
    ...others.flatMap((name) => {
      const against = (rate: keyof Rate) =>
        show(spreadOf(ratios(of(name, rate), of(none, rate))), 2);
      return [
        { what: `  of that, with all policies, ${name}`, figure: against('perSecond') },
        { what: '    the same by processor time', figure: against('perCpuSecond') },
      ];
    }),
  ];
}
