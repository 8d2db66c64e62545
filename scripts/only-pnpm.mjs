// A plain `npm install` would lay out a tree without the workspace packages and fail much later
// with an unreadable message; so it is answered here with the command that works.
if (!(process.env.npm_config_user_agent ?? '').startsWith('pnpm/')) {
  console.error('Earshot is a pnpm workspace. Run:  npm start   (it installs what it needs by itself)');
  console.error('or, to install only:               npx -y pnpm@10.34.9 install');
  process.exit(1);
}
