/** Builds the renderer into dist/renderer: static files with relative addresses, the same for http://127.0.0.1 and inkling://. */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../dist/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome146',
    // Chromium alone reads it, and a strict content security policy has no room for the polyfill or for data: scripts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    // The terms of what is bundled go with it.
    license: { fileName: 'licenses.md' },
  },
})
