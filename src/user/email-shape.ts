/** What may be an e-mail address; whether it is one, only a mail to it can tell. At most 254 characters. */
export const EMAIL_SHAPE = /^[^\s@]{1,64}@[^\s@]{1,189}$/;
