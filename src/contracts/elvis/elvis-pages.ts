/** The page that thanks whoever was logged out, where an application has none of its own. */
export const LOGGED_OUT_PAGE = page('Logged out', '<h1>You are logged out</h1>\n<p>You may close this page.</p>');

export const PAGE_TYPE = 'text/html; charset=utf-8';

/**
 * The page may send its form, which the global policy forbids. Browsers hold `form-action` against the redirect behind
 * the form, too, and that may lead to another server. With `no-referrer` older browsers would hide the form's origin.
 */
export const CONFIRMATION_HEADERS = {
  'content-security-policy':
    "default-src 'none'; form-action 'self' https: http:; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'strict-origin',
};

/** Asks whoever was led here by another site. The form goes to the very address of the page, from our own origin. */
export function confirmationPage(host: string, target?: string): string {
  const field =
    target === undefined ? '' : `<input type="hidden" name="logoutSuccessUrl" value="${escaped(target)}">\n`;
  return page(
    'Log out?',
    `<h1>Log out of ${escaped(host)}?</h1>
<p>Another site led you here. You are still logged in, if you were before.</p>
<form method="post">
${field}<button type="submit">Log out</button>
</form>`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w .:/?=-]/gu, (letter) => `&#${letter.codePointAt(0)};`);
}
