// Builds the page as three files at fixed names, which the program embeds: index.html, app.js (one classic script
// without imports), app.css.
import { defineConfig, type Plugin } from 'vite';

/// The two lines of index.html that the program replaces when it writes a page as one file.
const plainLines: Plugin = {
  name: 'plain-lines',
  enforce: 'post',
  transformIndexHtml: {
    order: 'post',
    handler: (html) =>
      html
        .replace(/\s*<script type="module"[^>]*src="\/app\.js"[^>]*><\/script>/, '')
        .replace(/\s*<link rel="stylesheet"[^>]*href="\/app\.css"[^>]*>/, '')
        .replace(
          /(\s*)<\/head>/,
          '\n  <link rel="stylesheet" href="/app.css">\n  <script src="/app.js" defer></script>$1</head>',
        ),
  },
};

export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
  plugins: [plainLines],
  build: {
    outDir: '../build/web',
    emptyOutDir: true,
    target: 'es2021',
    cssCodeSplit: false,
    modulePreload: false,
    assetsInlineLimit: 100000,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      output: {
        format: 'iife',
        inlineDynamicImports: true,
        entryFileNames: 'app.js',
        assetFileNames: 'app.[ext]',
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
