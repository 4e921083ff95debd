// Scripts import each other by where they are served: /static/ is the static folders of all apps together.
import { existsSync, globSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDERS = globSync("ancu/{core,apps/*}/static", { cwd: ROOT }).map((folder) => `${ROOT}${folder}/`);

/** The file that is served as /static/`name`. */
const fileOf = (name) => FOLDERS.map((folder) => folder + name).find((path) => existsSync(path));

registerHooks({
  resolve(specifier, context, next) {
    const [, importer] = /\/static\/(.+)$/.exec(context.parentURL ?? "") ?? [];
    if (!importer || !specifier.startsWith(".")) return next(specifier, context);
    const { pathname } = new URL(specifier, `http://served/${importer}`);
    return { url: pathToFileURL(fileOf(pathname.slice(1))).href, shortCircuit: true };
  },
});

/** The module that is served as /static/`name`. */
export const served = (name) => import(pathToFileURL(fileOf(name)).href);
