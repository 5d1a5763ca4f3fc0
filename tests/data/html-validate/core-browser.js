'use strict';

var core = require('./core.js');

function isSourceHooks(value) {
  if (!value || typeof value !== "object") {
    return false;
  }
  return ["processAttribute", "processElement"].some((key) => Object.hasOwn(value, key));
}
function isConfigData(value) {
  if (!value || typeof value !== "object") {
    return false;
  }
  return ["processAttribute", "processElement"].every((key) => !Object.hasOwn(value, key));
}
class HtmlValidate {
  configLoader;
  _performanceTracker;
  constructor(arg) {
    const [loader, config] = arg instanceof core.ConfigLoader ? [arg, void 0] : [void 0, arg];
    this.configLoader = loader ?? new core.StaticConfigLoader(config);
    this._performanceTracker = null;
  }
  /**
   * Start recording performance data.
   *
   * When active, performance data is accumulated across all subsequent calls to
   * `validateString()`, `validateFile()` and similar methods until
   * {@link HtmlValidate.stopPerformance} is called.
   *
   * @internal
   */
  startPerformance() {
    this._performanceTracker = new core.PerformanceTracker();
  }
  /**
   * Stop recording performance data and return the result.
   *
   * @internal
   */
  stopPerformance() {
    if (!this._performanceTracker) {
      return { events: [], rules: [], configTime: 0, transformTime: 0, totalTime: 0 };
    }
    const result = this._performanceTracker.getResult();
    this._performanceTracker = null;
    return result;
  }
  /* eslint-enable @typescript-eslint/unified-signatures */
  validateString(str, arg1, arg2, arg3) {
    const filename = typeof arg1 === "string" ? arg1 : "inline";
    const options = isConfigData(arg1) ? arg1 : isConfigData(arg2) ? arg2 : void 0;
    const hooks = isSourceHooks(arg1) ? arg1 : isSourceHooks(arg2) ? arg2 : arg3;
    const source = {
      data: str,
      filename,
      line: 1,
      column: 1,
      offset: 0,
      hooks
    };
    return this.validateSource(source, options);
  }
  /* eslint-enable @typescript-eslint/unified-signatures */
  validateStringSync(str, arg1, arg2, arg3) {
    const filename = typeof arg1 === "string" ? arg1 : "inline";
    const options = isConfigData(arg1) ? arg1 : isConfigData(arg2) ? arg2 : void 0;
    const hooks = isSourceHooks(arg1) ? arg1 : isSourceHooks(arg2) ? arg2 : arg3;
    const source = {
      data: str,
      filename,
      line: 1,
      column: 1,
      offset: 0,
      hooks
    };
    return this.validateSourceSync(source, options);
  }
  /**
   * Parse and validate HTML from [[Source]].
   *
   * @public
   * @param input - Source to parse.
   * @returns Report output.
   */
  async validateSource(input, configOverride) {
    const tracker = this._performanceTracker;
    const source = core.normalizeSource(input);
    const t0 = performance.now();
    const config = await this.getConfigFor(source.filename, configOverride);
    const resolvers = this.configLoader.getResolvers();
    const t1 = performance.now();
    tracker?.trackConfig(t1 - t0);
    const transformedSource = await core.transformSource(resolvers, config, source);
    const t2 = performance.now();
    tracker?.trackTransform(t2 - t1);
    const engine = new core.Engine(config, core.Parser, { tracker });
    return engine.lint(transformedSource);
  }
  /**
   * Parse and validate HTML from [[Source]].
   *
   * @public
   * @param input - Source to parse.
   * @returns Report output.
   */
  validateSourceSync(input, configOverride) {
    const source = core.normalizeSource(input);
    const t0 = performance.now();
    const config = this.getConfigForSync(source.filename, configOverride);
    const resolvers = this.configLoader.getResolvers();
    const t1 = performance.now();
    this._performanceTracker?.trackConfig(t1 - t0);
    const transformedSource = core.transformSourceSync(resolvers, config, source);
    const t2 = performance.now();
    this._performanceTracker?.trackTransform(t2 - t1);
    const engine = new core.Engine(config, core.Parser, { tracker: this._performanceTracker });
    return engine.lint(transformedSource);
  }
  /**
   * Parse and validate HTML from file.
   *
   * @public
   * @param filename - Filename to read and parse.
   * @returns Report output.
   */
  async validateFile(filename, fs) {
    const tracker = this._performanceTracker;
    const t0 = performance.now();
    const config = await this.getConfigFor(filename);
    const resolvers = this.configLoader.getResolvers();
    const t1 = performance.now();
    tracker?.trackConfig(t1 - t0);
    const source = await core.transformFilename(resolvers, config, filename, fs);
    const t2 = performance.now();
    tracker?.trackTransform(t2 - t1);
    const engine = new core.Engine(config, core.Parser, { tracker });
    return engine.lint(source);
  }
  /**
   * Parse and validate HTML from file.
   *
   * @public
   * @param filename - Filename to read and parse.
   * @returns Report output.
   */
  validateFileSync(filename, fs) {
    const t0 = performance.now();
    const config = this.getConfigForSync(filename);
    const resolvers = this.configLoader.getResolvers();
    const t1 = performance.now();
    this._performanceTracker?.trackConfig(t1 - t0);
    const source = core.transformFilenameSync(resolvers, config, filename, fs);
    const t2 = performance.now();
    this._performanceTracker?.trackTransform(t2 - t1);
    const engine = new core.Engine(config, core.Parser, { tracker: this._performanceTracker });
    return engine.lint(source);
  }
  /**
   * Parse and validate HTML from multiple files. Result is merged together to a
   * single report.
   *
   * @param filenames - Filenames to read and parse.
   * @returns Report output.
   */
  async validateMultipleFiles(filenames, fs) {
    return core.Reporter.merge(filenames.map((filename) => this.validateFile(filename, fs)));
  }
  /**
   * Parse and validate HTML from multiple files. Result is merged together to a
   * single report.
   *
   * @param filenames - Filenames to read and parse.
   * @returns Report output.
   */
  validateMultipleFilesSync(filenames, fs) {
    return core.Reporter.merge(filenames.map((filename) => this.validateFileSync(filename, fs)));
  }
  /**
   * Apply a single autofix.
   *
   * The callback is typically taken directly from `message.fix` or one of
   * `message.suggestions[].fix` as returned by a previous validation.
   *
   * @public
   * @since 11.16.0
   * @param fix - Fix (or suggestion) callback to apply.
   * @returns The patched source text.
   */
  async autofix(fix) {
    return core.applyFix(fix);
  }
  /**
   * Apply a single autofix.
   *
   * The callback is typically taken directly from `message.fix` or one of
   * `message.suggestions[].fix` as returned by a previous validation.
   *
   * @public
   * @since 11.12.0
   * @deprecated Deprecated since 11.16.0, use {@link HtmlValidate.autofix} instead.
   * @param _filePath - Ignored.
   * @param _source - Ignored.
   * @param fix - Autofix instance to apply.
   * @returns The patched source text.
   */
  async autofixString(_filePath, _source, fix) {
    return this.autofix(fix);
  }
  /**
   * Apply a single autofix.
   *
   * The callback is typically taken directly from `message.fix` or one of
   * `message.suggestions[].fix` as returned by a previous validation.
   *
   * @public
   * @since 11.12.0
   * @deprecated Deprecated since 11.16.0, use {@link HtmlValidate.autofix} instead.
   * @param _source - Ignored.
   * @param fix - Autofix instance to apply.
   * @returns The patched original (untransformed) source text.
   */
  async autofixSource(_source, fix) {
    return this.autofix(fix);
  }
  /**
   * Resolves to `true` if the given filename is ignored by the configuration.
   *
   * Ignored is different from testing if the configuration can validate a
   * handle or not, e.g. the configuration might support validating `*.vue` but
   * a specific filename or directory might be configured to be ignored.
   *
   * @example
   *
   * ```ts
   * for (const filename of filenames) {
   *   if (await htmlvalidate.isIgnored(filename)) {
   *     continue;
   *   }
   *   await htmlvalidate.validateFile(filename);
   * }
   * ```
   *
   * @see
   *
   * {@link HtmlValidate.canValidate|canValidate()} for a way to test if the configuration supports validating the filename at all.
   *
   * @public
   * @since 11.12.0
   * @param filename - Filename to test if it is ignored.
   * @returns A promise resolving to `true` if the given filename is ignored.
   */
  async isIgnored(filename) {
    if (this.configLoader.isIgnored) {
      return await this.configLoader.isIgnored(filename);
    }
    return false;
  }
  /**
   * Resolves to `true` if the given filename can be validated.
   *
   * A file is considered to be validatable if the extension is `.html` or if a
   * transformer matches the filename.
   *
   * @example
   *
   * ```ts
   * if (await htmlvalidate.canValidate("noop.vue")) {
   *   console.log("Supports validating vue files");
   * }
   * ```
   *
   * @see
   *
   * {@link HtmlValidate.isIgnored|isIgnored()} for a way to test if the configuration ignores the filename.
   *
   * @public
   * @since v2.5.0
   * @param filename - Filename to test if it can be validated.
   * @returns A promise resolving to `true` if the given filename can be validated.
   */
  async canValidate(filename) {
    if (filename.toLowerCase().endsWith(".html")) {
      return true;
    }
    const config = await this.getConfigFor(filename);
    return config.canTransform(filename);
  }
  /**
   * Returns `true` if the given filename can be validated.
   *
   * A file is considered to be validatable if the extension is `.html` or if a
   * transformer matches the filename.
   *
   * @example
   *
   * ```ts
   * if (htmlvalidate.canValidateSync("noop.vue")) {
   *   console.log("Supports validating vue files");
   * }
   * ```
   *
   * @see
   *
   * {@link HtmlValidate.isIgnored|isIgnored()} for a way to test if the configuration ignores the filename.
   *
   * @public
   * @since v2.5.0
   * @param filename - Filename to test if it can be validated.
   * @returns Returns `true` if the given filename can be validated.
   */
  canValidateSync(filename) {
    if (filename.toLowerCase().endsWith(".html")) {
      return true;
    }
    const config = this.getConfigForSync(filename);
    return config.canTransform(filename);
  }
  /**
   * Tokenize filename and output all tokens.
   *
   * Using CLI this is enabled with `--dump-tokens`. Mostly useful for
   * debugging.
   *
   * @internal
   * @param filename - Filename to tokenize.
   */
  async dumpTokens(filename, fs) {
    const config = await this.getConfigFor(filename);
    const resolvers = this.configLoader.getResolvers();
    const source = await core.transformFilename(resolvers, config, filename, fs);
    const engine = new core.Engine(config, core.Parser, { tracker: null });
    return engine.dumpTokens(source);
  }
  /**
   * Parse filename and output all events.
   *
   * Using CLI this is enabled with `--dump-events`. Mostly useful for
   * debugging.
   *
   * @internal
   * @param filename - Filename to dump events from.
   */
  async dumpEvents(filename, fs) {
    const config = await this.getConfigFor(filename);
    const resolvers = this.configLoader.getResolvers();
    const source = await core.transformFilename(resolvers, config, filename, fs);
    const engine = new core.Engine(config, core.Parser, { tracker: null });
    return engine.dumpEvents(source);
  }
  /**
   * Parse filename and output DOM tree.
   *
   * Using CLI this is enabled with `--dump-tree`. Mostly useful for
   * debugging.
   *
   * @internal
   * @param filename - Filename to dump DOM tree from.
   */
  async dumpTree(filename, fs) {
    const config = await this.getConfigFor(filename);
    const resolvers = this.configLoader.getResolvers();
    const source = await core.transformFilename(resolvers, config, filename, fs);
    const engine = new core.Engine(config, core.Parser, { tracker: null });
    return engine.dumpTree(source);
  }
  /**
   * Transform filename and output source data.
   *
   * Using CLI this is enabled with `--dump-source`. Mostly useful for
   * debugging.
   *
   * @internal
   * @param filename - Filename to dump source from.
   */
  async dumpSource(filename, fs) {
    const config = await this.getConfigFor(filename);
    const resolvers = this.configLoader.getResolvers();
    const sources = await core.transformFilename(resolvers, config, filename, fs);
    return sources.reduce((result, source) => {
      const line = String(source.line);
      const column = String(source.column);
      const offset = String(source.offset);
      result.push(`Source ${source.filename}@${line}:${column} (offset: ${offset})`);
      if (source.transformedBy) {
        result.push("Transformed by:");
        result = result.concat(source.transformedBy.toReversed().map((name) => ` - ${name}`));
      }
      if (source.hooks && Object.keys(source.hooks).length > 0) {
        result.push("Hooks");
        for (const [key, present] of Object.entries(source.hooks)) {
          if (present) {
            result.push(` - ${key}`);
          }
        }
      }
      result.push("---");
      result = result.concat(source.data.split("\n"));
      result.push("---");
      return result;
    }, []);
  }
  /**
   * Get effective configuration schema.
   */
  getConfigurationSchema() {
    return Promise.resolve(core.configurationSchema);
  }
  /**
   * Get effective metadata element schema.
   *
   * If a filename is given the configured plugins can extend the
   * schema. Filename must not be an existing file or a filetype normally
   * handled by html-validate but the path will be used when resolving
   * configuration. As a rule-of-thumb, set it to the elements JSON file.
   */
  async getElementsSchema(filename = "inline") {
    const config = await this.getConfigFor(filename);
    const metaTable = config.getMetaTable();
    return metaTable.getJSONSchema();
  }
  /**
   * Get effective metadata element schema.
   *
   * If a filename is given the configured plugins can extend the
   * schema. Filename must not be an existing file or a filetype normally
   * handled by html-validate but the path will be used when resolving
   * configuration. As a rule-of-thumb, set it to the elements JSON file.
   */
  getElementsSchemaSync(filename = "inline") {
    const config = this.getConfigForSync(filename);
    const metaTable = config.getMetaTable();
    return metaTable.getJSONSchema();
  }
  async getContextualDocumentation(message, filenameOrConfig = "inline") {
    const config = typeof filenameOrConfig === "string" ? await this.getConfigFor(filenameOrConfig) : await filenameOrConfig;
    const engine = new core.Engine(config, core.Parser, { tracker: null });
    return engine.getRuleDocumentation(message);
  }
  getContextualDocumentationSync(message, filenameOrConfig = "inline") {
    const config = typeof filenameOrConfig === "string" ? this.getConfigForSync(filenameOrConfig) : filenameOrConfig;
    const engine = new core.Engine(config, core.Parser, { tracker: null });
    return engine.getRuleDocumentation(message);
  }
  /**
   * Get contextual documentation for the given rule.
   *
   * Typical usage:
   *
   * ```js
   * const report = await htmlvalidate.validateFile("my-file.html");
   * for (const result of report.results){
   *   const config = await htmlvalidate.getConfigFor(result.filePath);
   *   for (const message of result.messages){
   *     const documentation = await htmlvalidate.getRuleDocumentation(message.ruleId, config, message.context);
   *     // do something with documentation
   *   }
   * }
   * ```
   *
   * @internal
   * @deprecated Deprecated since 8.0.0, use [[getContextualDocumentation]] instead.
   * @param ruleId - Rule to get documentation for.
   * @param config - If set it provides more accurate description by using the
   * correct configuration for the file.
   * @param context - If set to `Message.context` some rules can provide
   * contextual details and suggestions.
   */
  async getRuleDocumentation(ruleId, config = null, context = null) {
    const c = config ?? this.getConfigFor("inline");
    const engine = new core.Engine(await c, core.Parser, { tracker: null });
    return engine.getRuleDocumentation({ ruleId, context });
  }
  /**
   * Get contextual documentation for the given rule.
   *
   * Typical usage:
   *
   * ```js
   * const report = htmlvalidate.validateFileSync("my-file.html");
   * for (const result of report.results){
   *   const config = htmlvalidate.getConfigForSync(result.filePath);
   *   for (const message of result.messages){
   *     const documentation = htmlvalidate.getRuleDocumentationSync(message.ruleId, config, message.context);
   *     // do something with documentation
   *   }
   * }
   * ```
   *
   * @internal
   * @deprecated Deprecated since 8.0.0, use [[getContextualDocumentationSync]] instead.
   * @param ruleId - Rule to get documentation for.
   * @param config - If set it provides more accurate description by using the
   * correct configuration for the file.
   * @param context - If set to `Message.context` some rules can provide
   * contextual details and suggestions.
   */
  getRuleDocumentationSync(ruleId, config = null, context = null) {
    const c = config ?? this.getConfigForSync("inline");
    const engine = new core.Engine(c, core.Parser, { tracker: null });
    return engine.getRuleDocumentation({ ruleId, context });
  }
  /**
   * Create a parser configured for given filename.
   *
   * @internal
   * @param source - Source to use.
   */
  async getParserFor(source) {
    const config = await this.getConfigFor(source.filename);
    return new core.Parser(config);
  }
  /**
   * Get configuration for given filename.
   *
   * See [[FileSystemConfigLoader]] for details.
   *
   * @public
   * @param filename - Filename to get configuration for.
   * @param configOverride - Configuration to apply last.
   */
  getConfigFor(filename, configOverride) {
    const config = this.configLoader.getConfigFor(filename, configOverride);
    return Promise.resolve(config);
  }
  /**
   * Get configuration for given filename.
   *
   * See [[FileSystemConfigLoader]] for details.
   *
   * @public
   * @param filename - Filename to get configuration for.
   * @param configOverride - Configuration to apply last.
   */
  getConfigForSync(filename, configOverride) {
    const config = this.configLoader.getConfigFor(filename, configOverride);
    if (core.isThenable(config)) {
      throw new core.UserError("Cannot use asynchronous config loader with synchronous api");
    }
    return config;
  }
  /**
   * Get current configuration loader.
   *
   * @public
   * @since 11.12.0
   * @returns Current configuration loader.
   */
  /* istanbul ignore next -- not testing setters/getters */
  getConfigLoader() {
    return this.configLoader;
  }
  /**
   * Set configuration loader.
   *
   * @public
   * @since 11.12.0
   * @param loader - New configuration loader to use.
   */
  /* istanbul ignore next -- not testing setters/getters */
  setConfigLoader(loader) {
    this.configLoader = loader;
  }
  /**
   * Flush configuration cache. Clears full cache unless a filename is given.
   *
   * See [[FileSystemConfigLoader]] for details.
   *
   * @public
   * @param filename - If set, only flush cache for given filename.
   */
  flushConfigCache(filename) {
    this.configLoader.flushCache(filename);
  }
}

function importFunction(id) {
  return import(id);
}

async function internalImport(id) {
  const { default: defaultImport } = await importFunction(id);
  if (!defaultImport) {
    throw new core.UserError(`"${id}" does not have a default export`);
  }
  return defaultImport;
}
function esmResolver() {
  return {
    name: "esm-resolver",
    resolveElements(id) {
      return internalImport(id);
    },
    resolveConfig(id) {
      return internalImport(id);
    },
    resolvePlugin(id) {
      return internalImport(id);
    },
    async resolveTransformer(id) {
      return internalImport(id);
    }
  };
}

const defaults = {
  silent: false,
  version: core.version,
  logger(text) {
    console.error(text);
  }
};
function compatibilityCheck(name, declared, options) {
  return core.compatibilityCheckImpl(name, declared, {
    ...defaults,
    ...options
  });
}

exports.HtmlValidate = HtmlValidate;
exports.compatibilityCheck = compatibilityCheck;
exports.esmResolver = esmResolver;
//# sourceMappingURL=core-browser.js.map
