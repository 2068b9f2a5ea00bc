import { hostname, userInfo } from 'node:os';

/** Who gives this command, for the history: `user@host (pid)`. */
export function commandAuthor(): string {
  return `${userName()}@${hostname()} (${process.pid})`;
}

/** A user id without an entry in the system's list of users has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
