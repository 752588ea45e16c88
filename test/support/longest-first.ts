import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They take minutes. What of them begins last would run alone at the end, on one processor. */
const LONGEST = [
  'integration/debians-own-configuration',
  'integration/outages',
  'integration/check-mends',
  'integration/field-time',
  'integration/field-sleeping-phone',
  'store/postgres',
  'packaging/debian-package',
  'packaging/npm-package',
].map((name) => `/test/${name}.test.ts`);

/** The order of test files: in each group the longest first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => groupOf(a) - groupOf(b) || placeOf(a) - placeOf(b));
  }
}

const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((path) => moduleId.endsWith(path));
  return place === -1 ? LONGEST.length : place;
}
