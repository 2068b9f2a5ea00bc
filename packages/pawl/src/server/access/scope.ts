/** What a token lets its bearer do. `read` looks, `submit` brings documents in, `control` pauses, resumes, stops and retries. */
export const SCOPES = ['read', 'submit', 'control'] as const;
export type Scope = (typeof SCOPES)[number];
