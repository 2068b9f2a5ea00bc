import { signal } from '@preact/signals';

const KEY = 'pawl.token';

/** True while the server refuses to answer without a (better) token. */
export const tokenWanted = signal(false);

/** The bearer token, kept as long as the tab lives and nowhere else; null when none was given. */
export function bearerToken(): string | null {
  return sessionStorage.getItem(KEY);
}

/** Keeps the token and begins anew with it. */
export function signIn(token: string): void {
  sessionStorage.setItem(KEY, token);
  location.reload();
}
