import { writeFileSync } from 'node:fs';

/** Writes what each file came to, in each project, to the file that RESULTS names. */
export default class ResultsReporter {
  onTestRunEnd(modules) {
    writeFileSync(process.env.RESULTS, JSON.stringify(modules.map(resultOf)));
  }
}

function resultOf(module) {
  const states = [...module.children.allTests()].map((test) => test.result().state);
  const count = (state) => states.filter((it) => it === state).length;
  const [passed, failed] = [count('passed'), count('failed')];
  // A file that does not load has no tests to fail.
  const isBroken = module.state() === 'failed' && failed === 0;
  return {
    project: module.project.name,
    path: module.relativeModuleId,
    passed,
    failed: failed + (isBroken ? 1 : 0),
    skipped: states.length - passed - failed,
  };
}
