// Starts `gatekeeper lsp` and lets the language client do the rest.
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

exports.activate = async function activate(context) {
  const command = vscode.workspace.getConfiguration("gatekeeper").get("path", "gatekeeper");
  const executable = { command, args: ["lsp"], transport: TransportKind.stdio };
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.policy");
  context.subscriptions.push(watcher);
  client = new LanguageClient(
    "gatekeeper",
    "Gatekeeper policies",
    { run: executable, debug: executable },
    {
      documentSelector: [{ language: "gatekeeper-policy" }],
      synchronize: { fileEvents: watcher },
    },
  );
  await client.start();
};

exports.deactivate = function deactivate() {
  return client?.stop();
};
