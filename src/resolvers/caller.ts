/** What a token lets its bearer do, from the least to the most: each role may also do what those before it may. */
const ROLES = ['user', 'read', 'write', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks. */
export interface Caller {
  /** The name of the token, for the log. */
  readonly name: string;
  readonly role: Role;
  /** The only user whose data the role `user` may see; null for the other roles. */
  readonly userId: string | null;
}

/** Who asks a server that has no tokens: its owner, on the same machine. */
export const ANYBODY: Caller = { name: 'anybody', role: 'admin', userId: null };

/** Whether a role may do what needs at least another. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}
