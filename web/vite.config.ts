import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// The server puts a new nonce in the place of this word with each answer (api/console.go).
const nonce = '__NONCE__'

export default defineConfig({
  plugins: [react()],
  html: { cspNonce: nonce },
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: 'dist',
    manifest: true, // for scripts/budget.mjs
    assetsInlineLimit: 0, // the policy of the page allows no data: but images
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'] },
})
