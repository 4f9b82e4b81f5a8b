/** What Swagger UI fills in for a new webhook. */
export const NEW_WEBHOOKS = {
  endings: {
    summary: 'Endings of your application’s sessions',
    value: {
      url: 'https://shop.example.org/hooks/curfew',
      types: ['session.ended', 'application.sessions_ended'],
      description: 'Carts of the shop',
    },
  },
  everything: {
    summary: 'Every event of every application',
    value: { url: 'https://audit.example.org/curfew', applicationId: null },
  },
};

/** Changes that Swagger UI offers: one at a time, and none by accident. */
export const WEBHOOK_CHANGES = {
  types: { summary: 'Only endings', value: { types: ['session.ended'] } },
  url: { summary: 'Another address', value: { url: 'https://shop.example.org/hooks/curfew-2' } },
  disable: { summary: 'Disable', value: { status: 'disabled' } },
  enable: { summary: 'Enable again', value: { status: 'active' } },
};
