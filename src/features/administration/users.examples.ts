import type { UserAnswer } from './user-answer.dto.js';

/** Changes that Swagger UI offers: one at a time, and none by accident. */
export const CHANGES = {
  roles: { summary: 'Give roles', value: { roles: ['editor'] } },
  name: { summary: 'Give another display name', value: { displayName: 'Alice' } },
  disable: { summary: 'Disable', value: { status: 'disabled' } },
  enable: { summary: 'Enable again', value: { status: 'active' } },
};

/** A user as lists show them. */
export const FOUND_USER: UserAnswer = {
  id: '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80',
  applicationId: '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f',
  username: 'alice@example.org',
  email: 'alice@example.org',
  displayName: 'Alice',
  status: 'active',
  roles: ['editor'],
  createdAt: '2026-11-20T18:00:00.000Z',
  updatedAt: '2026-11-20T18:00:00.000Z',
  lastLoginAt: '2026-11-20T18:00:00.000Z',
};

/** Two lines of an import, of which the second comes to grief. */
export const IMPORTED_LINES = `{"username":"alice","email":"alice@example.org","roles":["editor"],"passwordHash":"$2b$12$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG"}
{"username":"admin@localhost"}
`;
const FAULT = { line: 2, field: 'username', message: 'is taken' };
const PROGRESS = { lines: 2, imported: 1, refused: 1, isComplete: true };

/** What came of them. */
export const IMPORT_ANSWER = { ...PROGRESS, faults: [FAULT] };
/** The same as a stream. */
export const IMPORT_LINES_ANSWER = `${JSON.stringify(FAULT)}\n${JSON.stringify(PROGRESS)}\n`;
