/** What Swagger UI fills in for a new application: with nothing but a name, and with what a moved app brings along. */
export const NEW_APPLICATIONS = {
  plain: { summary: 'A name alone', value: { name: 'Shop' } },
  moved: {
    summary: 'An app that keeps its id and keys',
    value: {
      id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      name: 'Moved app',
      keys: [
        { kind: 'rest', key: '6FF4C1A8-1F0E-4D5C-8B25-0A5B1C2D3E4F' },
        { kind: 'rested', key: '0123456789abcdef0123456789abcdef' },
      ],
      endpoints: [{ name: 'examples/auth', kind: 'authentication' }],
      isRegistrationOpen: true,
    },
  },
};

/** Changes that Swagger UI offers: one at a time, and none by accident. */
export const APPLICATION_CHANGES = {
  origins: { summary: 'Let pages of another origin call', value: { allowedOrigins: ['https://app.example.org'] } },
  registration: { summary: 'Let people register themselves', value: { isRegistrationOpen: true } },
  newestWins: {
    summary: 'One session a user: the newest wins',
    value: { parallelSessions: { policy: 'newest_wins' } },
  },
  limit: { summary: 'At most three, the oldest goes', value: { parallelSessions: { policy: 'end_oldest', limit: 3 } } },
  lock: { summary: 'Lock a name after five failures', value: { failureLock: { after: 5, seconds: 900 } } },
  disable: { summary: 'Disable', value: { status: 'disabled' } },
};
