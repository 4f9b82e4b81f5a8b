/** Why a session ended. The event keeps it; `direct` is a row deleted by hand. */
export type EndCause =
  | 'logout'
  | 'logout_others'
  | 'logout_all'
  | 'replaced'
  | 'expired'
  | 'idle'
  | 'password_changed'
  | 'user_disabled'
  | 'user_deleted'
  | 'admin'
  | 'admin_filter'
  | 'application_logout'
  | 'direct';
