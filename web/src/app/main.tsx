import { createRoot } from 'react-dom/client'
import { startTexts } from '@/lib/i18n'
import { App } from './app'
import './styles'

void import('./later-styles')
void startTexts().finally(() => {
  createRoot(document.getElementById('root')!).render(<App />)
})
