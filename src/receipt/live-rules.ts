import type { Rules } from './rules.ts';

/** Rules that may change while we run: whoever keeps a part of them has an old one. */
export class LiveRules implements Rules {
  present: Rules;

  constructor(present: Rules) {
    this.present = present;
  }

  get domains(): Rules['domains'] {
    return this.present.domains;
  }

  get statuses(): Rules['statuses'] {
    return this.present.statuses;
  }

  get words(): Rules['words'] {
    return this.present.words;
  }

  get grace(): Rules['grace'] {
    return this.present.grace;
  }

  get expireAfter(): Rules['expireAfter'] {
    return this.present.expireAfter;
  }

  get keptFor(): Rules['keptFor'] {
    return this.present.keptFor;
  }

  get policy(): Rules['policy'] {
    return this.present.policy;
  }

  get disclosure(): Rules['disclosure'] {
    return this.present.disclosure;
  }
}
