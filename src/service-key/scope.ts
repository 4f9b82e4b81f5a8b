/** What a service key may open: each scope one kind of question or deed. */
export const SCOPES = ['introspect', 'revoke', 'events', 'users', 'sessions', 'audit', 'admin', 'metrics'] as const;
export type Scope = (typeof SCOPES)[number];
