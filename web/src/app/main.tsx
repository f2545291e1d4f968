import { createRoot } from 'react-dom/client'
import { watchBrowser } from '@/lib/api/connection'
import { patiently } from '@/lib/fetched'
import { startTexts } from '@/lib/i18n'
import { watchLeaving } from '@/lib/stored'
import { App } from './app'
import './styles'

watchBrowser()
watchLeaving()
void patiently(() => import('./later-styles'))
void startTexts().finally(() => {
  createRoot(document.getElementById('root')!).render(<App />)
})
