import type { Evidence, ServerSeen, UserSeen } from './evidence.ts';
import type { Finding, Paste, Severity } from './finding.ts';

export interface Row {
  readonly name: string;
  readonly severity: Severity;
  readonly find: (evidence: Evidence) => readonly Finding[];
}

/** How one kind of finding is seen, and mended. */
interface Kind<Subject> {
  readonly severity: Severity;
  /** `undefined`: it is not so. */
  readonly seen: (subject: Subject, evidence: Evidence) => string | undefined;
  readonly expected?: (subject: Subject, evidence: Evidence) => string;
  readonly paste?: (subject: Subject, evidence: Evidence) => Paste;
}

interface Subjects<Subject> {
  readonly all: (evidence: Evidence) => readonly Subject[];
  readonly about: (subject: Subject) => string;
}

type MakeRow<Subject> = (name: string, kind: Kind<Subject>) => Row;

/** Makes the rows of subjects of one sort. */
export function rowsAbout<Subject>({ all, about }: Subjects<Subject>): MakeRow<Subject> {
  return (name, { severity, seen, expected, paste }) => ({
    name,
    severity,
    find: (evidence) =>
      all(evidence).flatMap((subject) => {
        const found = seen(subject, evidence);
        if (found === undefined) return [];
        const line = { name, severity, about: about(subject), seen: found };
        const hint = expected && { expected: expected(subject, evidence) };
        const mend = paste && { paste: paste(subject, evidence) };
        return [{ ...line, ...hint, ...mend }];
      }),
  });
}

/** About the set-up as a whole. */
export const rowAbout = (about: string) =>
  rowsAbout<Evidence>({ all: (evidence) => [evidence], about: () => about });

/** Without a connection nothing is known of any domain. */
export const serversSeen = ({ link, servers }: Evidence) =>
  link?.isOnline === true ? servers : [];

export const serverRow = rowsAbout<ServerSeen>({
  all: serversSeen,
  about: ({ domain }) => domain,
});

export const userRow = rowsAbout<UserSeen>({
  all: ({ users }) => users,
  about: ({ written }) => written,
});
