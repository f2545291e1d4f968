import { Notifications } from '@mantine/notifications'
import '@mantine/core/styles/Notification.layer.css'
import '@mantine/notifications/styles.layer.css'

/** Notices shows what was done, at the edge of the page. Those that come before it is fetched are shown then. */
export function Notices() {
  return <Notifications position="bottom-right" limit={3} />
}
