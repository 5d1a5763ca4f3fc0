'use strict';

var Ajv = require('ajv');
var elements = require('./elements.js');
var betterAjvErrors = require('@sidvind/better-ajv-errors');
var utils_naturalJoin = require('./utils/natural-join.js');
var semver = require('semver');
var kleur = require('kleur');
var stylish$1 = require('@html-validate/stylish');

function _interopDefault (e) { return e && e.__esModule ? e : { default: e }; }

var Ajv__default = /*#__PURE__*/_interopDefault(Ajv);
var betterAjvErrors__default = /*#__PURE__*/_interopDefault(betterAjvErrors);
var semver__default = /*#__PURE__*/_interopDefault(semver);
var kleur__default = /*#__PURE__*/_interopDefault(kleur);

class TextEditKind {
  static Insert = /* @__PURE__ */ Symbol("text-edit-insert");
  static Replace = /* @__PURE__ */ Symbol("text-edit-replace");
  static Remove = /* @__PURE__ */ Symbol("text-edit-remove");
}

function applyTextEdit(text, edit) {
  switch (edit.kind) {
    case TextEditKind.Insert: {
      const { location, insert } = edit;
      const { offset } = location;
      return text.slice(0, offset) + insert + text.slice(offset);
    }
    case TextEditKind.Replace: {
      const { location, replacement } = edit;
      const { offset, size } = location;
      return text.slice(0, offset) + replacement + text.slice(offset + size);
    }
    case TextEditKind.Remove: {
      const { location } = edit;
      const { offset, size } = location;
      return text.slice(0, offset) + text.slice(offset + size);
    }
  }
}
function applyTextEdits(text, edits) {
  if (edits.length === 0) {
    return text;
  }
  let result = text;
  for (const edit of edits) {
    result = applyTextEdit(result, edit);
  }
  return result;
}

function sliceSize(size, begin, end) {
  if (typeof size !== "number") {
    return size;
  }
  if (typeof end !== "number") {
    return size - begin;
  }
  if (end < 0) {
    end = size + end;
  }
  return Math.min(size, end - begin);
}
function sliceLocation(location, begin, end, wrap) {
  if (!location) {
    return null;
  }
  const size = sliceSize(location.size, begin, end);
  const sliced = {
    filename: location.filename,
    offset: location.offset + begin,
    line: location.line,
    column: location.column + begin,
    size
  };
  if (wrap) {
    let index = -1;
    const col = sliced.column;
    for (; ; ) {
      index = wrap.indexOf("\n", index + 1);
      if (index >= 0 && index < begin) {
        sliced.column = col - (index + 1);
        sliced.line++;
      } else {
        break;
      }
    }
  }
  return sliced;
}

function isPositiveInteger(value) {
  return Number.isSafeInteger(value) && value >= 0;
}
function assertValidLocation(location, length) {
  const { offset, line, column, size } = location;
  if (!isPositiveInteger(offset)) {
    throw new Error(`Location offset must be a positive integer but got ${offset}`);
  }
  if (!Number.isSafeInteger(line) || line < 1) {
    throw new Error(`Location line must be a positive integer but got ${line}`);
  }
  if (!Number.isSafeInteger(column) || column < 1) {
    throw new Error(`Location column must be a positive integer but got ${column}`);
  }
  if (!isPositiveInteger(size)) {
    throw new Error(`Location size must be a positive integer but got ${size}`);
  }
  if (length === void 0) {
    return;
  }
  if (offset >= length) {
    throw new Error(`Location offset ${offset} must be smaller than length ${length}`);
  }
  if (offset + size > length) {
    throw new Error(
      `Location offset + size ${offset + size} must be smaller than length ${length}`
    );
  }
}

const autofixSymbol = /* @__PURE__ */ Symbol("autofix");

function bindAutofix(text, fix) {
  const boundFix = ((fixer) => fix(fixer));
  boundFix[autofixSymbol] = text;
  return boundFix;
}
function getBoundSourceText(fix) {
  const boundFix = fix;
  return boundFix[autofixSymbol] ?? "";
}

function isWhitespace(char) {
  return [" ", "	"].includes(char);
}
function trimStart(offset, text) {
  let p = offset - 1;
  while (p >= 0 && isWhitespace(text[p])) {
    p--;
  }
  const newline = p >= 0 && text[p] === "\n";
  if (newline) {
    p--;
    if (p >= 0 && text[p] === "\r") {
      p--;
    }
  }
  return { offset: p + 1, newline };
}
function trimEnd(offset, text, options) {
  const { allowNewline } = options;
  let p = offset;
  while (p < text.length && isWhitespace(text[p])) {
    p++;
  }
  if (allowNewline) {
    if (text[p] === "\r" && text[p + 1] === "\n") {
      p += 2;
    } else if (text[p] === "\n") {
      p++;
    }
  }
  return { offset: p };
}
function trimText(location, text, options) {
  let { offset, size } = location;
  if (!options.trimStart && !options.trimEnd) {
    return { offset, size };
  }
  let allowNewline = true;
  if (options.trimStart) {
    const trimmed = trimStart(offset, text);
    size += offset - trimmed.offset;
    offset = trimmed.offset;
    allowNewline = !trimmed.newline;
  }
  if (options.trimEnd) {
    const trimmed = trimEnd(offset + size, text, { allowNewline });
    size = trimmed.offset - offset;
  }
  return { offset, size };
}

function assertNoOverlap(current, previous) {
  const { location: currentLocation } = current;
  const { location: previousLocation } = previous;
  const currentEnd = currentLocation.offset + currentLocation.size;
  const sameOffset = currentLocation.offset === previousLocation.offset;
  if (currentEnd > previousLocation.offset || sameOffset) {
    throw new Error("Overlapping edits detected");
  }
}
async function autofixCollectEdits(fix) {
  const text = getBoundSourceText(fix);
  const edits = [];
  function replaceText(location, replacement) {
    assertValidLocation(location, text.length);
    edits.push({
      kind: TextEditKind.Replace,
      location: {
        offset: location.offset,
        size: location.size
      },
      replacement
    });
  }
  await fix({
    insertTextBefore(location, insert) {
      assertValidLocation(location, text.length);
      edits.push({
        kind: TextEditKind.Insert,
        location: {
          offset: location.offset,
          size: 0
        },
        insert
      });
    },
    insertTextAfter(location, insert) {
      assertValidLocation(location, text.length);
      edits.push({
        kind: TextEditKind.Insert,
        location: {
          offset: location.offset + location.size,
          size: 0
        },
        insert
      });
    },
    replaceText,
    renameTag(element, newName) {
      if (element.isRootElement() || element.implicit) {
        return;
      }
      replaceText(element.startTagLocation, newName);
      if (element.endTagLocation) {
        replaceText(element.endTagLocation, newName);
      }
    },
    removeText(location, options = {}) {
      assertValidLocation(location, text.length);
      const { trimStart = false, trimEnd = false } = options;
      const trimmed = trimText(location, text, { trimStart, trimEnd });
      edits.push({
        kind: TextEditKind.Remove,
        location: {
          offset: trimmed.offset,
          size: trimmed.size
        }
      });
    }
  });
  const sorted = edits.toSorted((a, b) => b.location.offset - a.location.offset);
  for (let i = 1; i < sorted.length; i++) {
    assertNoOverlap(sorted[i], sorted[i - 1]);
  }
  return sorted;
}

async function applyFix(fix) {
  const source = getBoundSourceText(fix);
  const edits = await autofixCollectEdits(fix);
  return applyTextEdits(source, edits);
}

function createAutofix(text, fix) {
  return bindAutofix(text, fix);
}

function isAutofix(value) {
  if (!value) {
    return false;
  }
  return Object.hasOwn(value, autofixSymbol);
}

const $schema$2 = "http://json-schema.org/draft-06/schema#";
const $id$2 = "http://json-schema.org/draft-06/schema#";
const title = "Core schema meta-schema";
const definitions$1 = {
	schemaArray: {
		type: "array",
		minItems: 1,
		items: {
			$ref: "#"
		}
	},
	nonNegativeInteger: {
		type: "integer",
		minimum: 0
	},
	nonNegativeIntegerDefault0: {
		allOf: [
			{
				$ref: "#/definitions/nonNegativeInteger"
			},
			{
				"default": 0
			}
		]
	},
	simpleTypes: {
		"enum": [
			"array",
			"boolean",
			"integer",
			"null",
			"number",
			"object",
			"string"
		]
	},
	stringArray: {
		type: "array",
		items: {
			type: "string"
		},
		uniqueItems: true,
		"default": [
		]
	}
};
const type$2 = [
	"object",
	"boolean"
];
const properties$2 = {
	$id: {
		type: "string",
		format: "uri-reference"
	},
	$schema: {
		type: "string",
		format: "uri"
	},
	$ref: {
		type: "string",
		format: "uri-reference"
	},
	title: {
		type: "string"
	},
	description: {
		type: "string"
	},
	"default": {
	},
	examples: {
		type: "array",
		items: {
		}
	},
	multipleOf: {
		type: "number",
		exclusiveMinimum: 0
	},
	maximum: {
		type: "number"
	},
	exclusiveMaximum: {
		type: "number"
	},
	minimum: {
		type: "number"
	},
	exclusiveMinimum: {
		type: "number"
	},
	maxLength: {
		$ref: "#/definitions/nonNegativeInteger"
	},
	minLength: {
		$ref: "#/definitions/nonNegativeIntegerDefault0"
	},
	pattern: {
		type: "string",
		format: "regex"
	},
	additionalItems: {
		$ref: "#"
	},
	items: {
		anyOf: [
			{
				$ref: "#"
			},
			{
				$ref: "#/definitions/schemaArray"
			}
		],
		"default": {
		}
	},
	maxItems: {
		$ref: "#/definitions/nonNegativeInteger"
	},
	minItems: {
		$ref: "#/definitions/nonNegativeIntegerDefault0"
	},
	uniqueItems: {
		type: "boolean",
		"default": false
	},
	contains: {
		$ref: "#"
	},
	maxProperties: {
		$ref: "#/definitions/nonNegativeInteger"
	},
	minProperties: {
		$ref: "#/definitions/nonNegativeIntegerDefault0"
	},
	required: {
		$ref: "#/definitions/stringArray"
	},
	additionalProperties: {
		$ref: "#"
	},
	definitions: {
		type: "object",
		additionalProperties: {
			$ref: "#"
		},
		"default": {
		}
	},
	properties: {
		type: "object",
		additionalProperties: {
			$ref: "#"
		},
		"default": {
		}
	},
	patternProperties: {
		type: "object",
		additionalProperties: {
			$ref: "#"
		},
		"default": {
		}
	},
	dependencies: {
		type: "object",
		additionalProperties: {
			anyOf: [
				{
					$ref: "#"
				},
				{
					$ref: "#/definitions/stringArray"
				}
			]
		}
	},
	propertyNames: {
		$ref: "#"
	},
	"const": {
	},
	"enum": {
		type: "array",
		minItems: 1,
		uniqueItems: true
	},
	type: {
		anyOf: [
			{
				$ref: "#/definitions/simpleTypes"
			},
			{
				type: "array",
				items: {
					$ref: "#/definitions/simpleTypes"
				},
				minItems: 1,
				uniqueItems: true
			}
		]
	},
	format: {
		type: "string"
	},
	allOf: {
		$ref: "#/definitions/schemaArray"
	},
	anyOf: {
		$ref: "#/definitions/schemaArray"
	},
	oneOf: {
		$ref: "#/definitions/schemaArray"
	},
	not: {
		$ref: "#"
	}
};
var ajvSchemaDraft = {
	$schema: $schema$2,
	$id: $id$2,
	title: title,
	definitions: definitions$1,
	type: type$2,
	properties: properties$2,
	"default": {
}
};

function getDefaultExportFromCjs (x) {
	return x && x.__esModule && Object.prototype.hasOwnProperty.call(x, 'default') ? x['default'] : x;
}

var cjs;
var hasRequiredCjs;

function requireCjs () {
	if (hasRequiredCjs) return cjs;
	hasRequiredCjs = 1;

	var isMergeableObject = function isMergeableObject(value) {
		return isNonNullObject(value)
			&& !isSpecial(value)
	};

	function isNonNullObject(value) {
		return !!value && typeof value === 'object'
	}

	function isSpecial(value) {
		var stringValue = Object.prototype.toString.call(value);

		return stringValue === '[object RegExp]'
			|| stringValue === '[object Date]'
			|| isReactElement(value)
	}

	// see https://github.com/facebook/react/blob/b5ac963fb791d1298e7f396236383bc955f916c1/src/isomorphic/classic/element/ReactElement.js#L21-L25
	var canUseSymbol = typeof Symbol === 'function' && Symbol.for;
	var REACT_ELEMENT_TYPE = canUseSymbol ? Symbol.for('react.element') : 0xeac7;

	function isReactElement(value) {
		return value.$$typeof === REACT_ELEMENT_TYPE
	}

	function emptyTarget(val) {
		return Array.isArray(val) ? [] : {}
	}

	function cloneUnlessOtherwiseSpecified(value, options) {
		return (options.clone !== false && options.isMergeableObject(value))
			? deepmerge(emptyTarget(value), value, options)
			: value
	}

	function defaultArrayMerge(target, source, options) {
		return target.concat(source).map(function(element) {
			return cloneUnlessOtherwiseSpecified(element, options)
		})
	}

	function getMergeFunction(key, options) {
		if (!options.customMerge) {
			return deepmerge
		}
		var customMerge = options.customMerge(key);
		return typeof customMerge === 'function' ? customMerge : deepmerge
	}

	function getEnumerableOwnPropertySymbols(target) {
		return Object.getOwnPropertySymbols
			? Object.getOwnPropertySymbols(target).filter(function(symbol) {
				return Object.propertyIsEnumerable.call(target, symbol)
			})
			: []
	}

	function getKeys(target) {
		return Object.keys(target).concat(getEnumerableOwnPropertySymbols(target))
	}

	function propertyIsOnObject(object, property) {
		try {
			return property in object
		} catch(_) {
			return false
		}
	}

	// Protects from prototype poisoning and unexpected merging up the prototype chain.
	function propertyIsUnsafe(target, key) {
		return propertyIsOnObject(target, key) // Properties are safe to merge if they don't exist in the target yet,
			&& !(Object.hasOwnProperty.call(target, key) // unsafe if they exist up the prototype chain,
				&& Object.propertyIsEnumerable.call(target, key)) // and also unsafe if they're nonenumerable.
	}

	function mergeObject(target, source, options) {
		var destination = {};
		if (options.isMergeableObject(target)) {
			getKeys(target).forEach(function(key) {
				destination[key] = cloneUnlessOtherwiseSpecified(target[key], options);
			});
		}
		getKeys(source).forEach(function(key) {
			if (propertyIsUnsafe(target, key)) {
				return
			}

			if (propertyIsOnObject(target, key) && options.isMergeableObject(source[key])) {
				destination[key] = getMergeFunction(key, options)(target[key], source[key], options);
			} else {
				destination[key] = cloneUnlessOtherwiseSpecified(source[key], options);
			}
		});
		return destination
	}

	function deepmerge(target, source, options) {
		options = options || {};
		options.arrayMerge = options.arrayMerge || defaultArrayMerge;
		options.isMergeableObject = options.isMergeableObject || isMergeableObject;
		// cloneUnlessOtherwiseSpecified is added to `options` so that custom arrayMerge()
		// implementations can use it. The caller may not replace it.
		options.cloneUnlessOtherwiseSpecified = cloneUnlessOtherwiseSpecified;

		var sourceIsArray = Array.isArray(source);
		var targetIsArray = Array.isArray(target);
		var sourceAndTargetTypesMatch = sourceIsArray === targetIsArray;

		if (!sourceAndTargetTypesMatch) {
			return cloneUnlessOtherwiseSpecified(source, options)
		} else if (sourceIsArray) {
			return options.arrayMerge(target, source, options)
		} else {
			return mergeObject(target, source, options)
		}
	}

	deepmerge.all = function deepmergeAll(array, options) {
		if (!Array.isArray(array)) {
			throw new Error('first argument should be an array')
		}

		return array.reduce(function(prev, next) {
			return deepmerge(prev, next, options)
		}, {})
	};

	var deepmerge_1 = deepmerge;

	cjs = deepmerge_1;
	return cjs;
}

var cjsExports = /*@__PURE__*/ requireCjs();
var deepmerge = /*@__PURE__*/getDefaultExportFromCjs(cjsExports);

function stringify(value) {
  if (typeof value === "string") {
    return value;
  }
  return JSON.stringify(value);
}
class WrappedError extends Error {
  /* eslint-disable-next-line unicorn/custom-error-definition -- technical debt */
  constructor(message) {
    super(stringify(message));
    this.name = "WrappedError";
  }
}

function ensureError(value) {
  if (value instanceof Error) {
    return value;
  }
  return new WrappedError(value);
}

class NestedError extends Error {
  /* eslint-disable-next-line unicorn/custom-error-definition -- technical debt */
  constructor(message, nested) {
    super(message);
    this.name = "NestedError";
    if (!nested?.stack) {
      return;
    }
    this.stack ??= "";
    this.stack += `
Caused by: ${nested.stack}`;
  }
}

class UserError extends NestedError {
  constructor(message, nested) {
    super(message, nested);
    this.name = "UserError";
    Object.defineProperty(this, "isUserError", {
      value: true,
      enumerable: false,
      writable: false
    });
  }
  /**
   * @public
   */
  /* istanbul ignore next: default implementation */
  prettyFormat() {
    return void 0;
  }
}

class InheritError extends UserError {
  tagName;
  inherit;
  filename;
  constructor({ tagName, inherit }) {
    const message = `Element <${tagName}> cannot inherit from <${inherit}>: no such element`;
    super(message);
    this.name = "InheritError";
    this.tagName = tagName;
    this.inherit = inherit;
    this.filename = null;
  }
  prettyFormat() {
    const { message, tagName, inherit } = this;
    const source = this.filename ? ["", "This error occurred when loading element metadata from:", `"${this.filename}"`, ""] : [""];
    return [
      message,
      ...source,
      "This usually occurs when the elements are defined in the wrong order, try one of the following:",
      "",
      `  - Ensure the spelling of "${inherit}" is correct.`,
      `  - Ensure the file containing "${inherit}" is loaded before the file containing "${tagName}".`,
      `  - Move the definition of "${inherit}" above the definition for "${tagName}".`
    ].join("\n");
  }
}

function isUserError(error) {
  return Boolean(error && typeof error === "object" && "isUserError" in error);
}

function getSummary(schema, obj, errors) {
  const output = betterAjvErrors__default.default(schema, obj, errors, {
    format: "js"
  });
  return output.length > 0 ? output[0].error : "unknown validation error";
}
class SchemaValidationError extends UserError {
  /** Configuration filename the error originates from */
  filename;
  /** Configuration object the error originates from */
  obj;
  /** JSON schema used when validating the configuration */
  schema;
  /** List of schema validation errors */
  errors;
  constructor(filename, message, obj, schema, errors) {
    const summary = getSummary(schema, obj, errors);
    super(`${message}: ${summary}`);
    this.name = "SchemaValidationError";
    this.filename = filename;
    this.obj = obj;
    this.schema = schema;
    this.errors = errors;
  }
}

const $schema$1 = "http://json-schema.org/draft-06/schema#";
const $id$1 = "https://html-validate.org/schemas/elements.json";
const type$1 = "object";
const properties$1 = {
	$schema: {
		type: "string"
	}
};
const patternProperties = {
	"^[^$].*$": {
		type: "object",
		properties: {
			inherit: {
				title: "Inherit from another element",
				description: "Most properties from the parent element will be copied onto this one",
				type: "string"
			},
			embedded: {
				title: "Mark this element as belonging in the embedded content category",
				$ref: "#/definitions/contentCategory"
			},
			flow: {
				title: "Mark this element as belonging in the flow content category",
				$ref: "#/definitions/contentCategory"
			},
			heading: {
				title: "Mark this element as belonging in the heading content category",
				$ref: "#/definitions/contentCategory"
			},
			interactive: {
				title: "Mark this element as belonging in the interactive content category",
				$ref: "#/definitions/contentCategory"
			},
			metadata: {
				title: "Mark this element as belonging in the metadata content category",
				$ref: "#/definitions/contentCategory"
			},
			phrasing: {
				title: "Mark this element as belonging in the phrasing content category",
				$ref: "#/definitions/contentCategory"
			},
			sectioning: {
				title: "Mark this element as belonging in the sectioning content category",
				$ref: "#/definitions/contentCategory"
			},
			deprecated: {
				title: "Mark element as deprecated",
				description: "Deprecated elements should not be used. If a message is provided it will be included in the error",
				anyOf: [
					{
						type: "boolean"
					},
					{
						type: "string"
					},
					{
						$ref: "#/definitions/deprecatedElement"
					}
				]
			},
			foreign: {
				title: "Mark element as foreign",
				description: "Foreign elements are elements which have a start and end tag but is otherwize not parsed",
				type: "boolean"
			},
			"void": {
				title: "Mark element as void",
				description: "Void elements are elements which cannot have content and thus must not use an end tag",
				type: "boolean"
			},
			transparent: {
				title: "Mark element as transparent",
				description: "Transparent elements follows the same content model as its parent, i.e. the content must be allowed in the parent.",
				anyOf: [
					{
						type: "boolean"
					},
					{
						type: "array",
						items: {
							type: "string"
						}
					}
				]
			},
			implicitClosed: {
				title: "List of elements which implicitly closes this element",
				description: "Some elements are automatically closed when another start tag occurs. Entries may be explicit tag names or @category strings (e.g. \"@flow\").",
				type: "array",
				items: {
					type: "string"
				}
			},
			implicitOpen: {
				title: "Implicit-open rules for child elements",
				description: "Describes intermediary elements (e.g. <head> or <body>) that should be implicitly opened when a child of a given category or tag is inserted directly under this element without a matching container being present.",
				type: "array",
				items: {
					type: "object",
					required: [
						"for",
						"open"
					],
					additionalProperties: false,
					properties: {
						"for": {
							title: "Selector list",
							description: "Tag names or @category strings (e.g. \"@flow\") that trigger the implicit open.",
							type: "array",
							items: {
								type: "string"
							}
						},
						open: {
							title: "Element to open",
							description: "Tag name of the element to implicitly open.",
							type: "string"
						}
					}
				}
			},
			optionalEnd: {
				title: "Mark element as having an optional end tag",
				description: "Elements whose end tag may be omitted per the HTML spec. Such an element is treated as implicitly closed at end-of-document and when a parent’s explicit end tag is encountered while it is still open.",
				type: "boolean"
			},
			optionalEndExcludedParents: {
				title: "Parents in which the end tag must not be omitted",
				description: "Tag names, @category strings (e.g. \"@flow\"), or \"@custom-element\" (any autonomous custom element) of parents in which the end tag of this element must not be omitted when it is the last child, even though it may be omitted elsewhere (e.g. <p> inside <a>).",
				type: "array",
				items: {
					type: "string"
				}
			},
			implicitRole: {
				title: "Implicit ARIA role for this element",
				description: "Some elements have implicit ARIA roles.",
				deprecated: true,
				"function": true
			},
			aria: {
				title: "WAI-ARIA properties for this element",
				$ref: "#/definitions/Aria"
			},
			scriptSupporting: {
				title: "Mark element as script-supporting",
				description: "Script-supporting elements are elements which can be inserted where othersise not permitted to assist in templating",
				type: "boolean"
			},
			focusable: {
				title: "Mark this element as focusable",
				description: "This element may contain an associated label element.",
				anyOf: [
					{
						type: "boolean"
					},
					{
						"function": true
					}
				]
			},
			form: {
				title: "Mark element as a submittable form element",
				type: "boolean"
			},
			formAssociated: {
				title: "Mark element as a form-associated element",
				$ref: "#/definitions/FormAssociated"
			},
			labelable: {
				title: "Mark this element as labelable",
				description: "This element may contain an associated label element.",
				anyOf: [
					{
						type: "boolean"
					},
					{
						"function": true
					}
				]
			},
			submitButton: {
				title: "Mark this element as a submit button",
				description: "This element can be used to submit forms.",
				anyOf: [
					{
						type: "boolean"
					},
					{
						"function": true
					}
				]
			},
			templateRoot: {
				title: "Mark element as an element ignoring DOM ancestry, i.e. <template>.",
				description: "The <template> element can contain any elements.",
				type: "boolean"
			},
			deprecatedAttributes: {
				title: "List of deprecated attributes",
				type: "array",
				items: {
					type: "string"
				}
			},
			requiredAttributes: {
				title: "List of required attributes",
				type: "array",
				items: {
					type: "string"
				}
			},
			attributes: {
				title: "List of known attributes and allowed values",
				$ref: "#/definitions/PermittedAttribute"
			},
			permittedContent: {
				title: "List of elements or categories allowed as content in this element",
				$ref: "#/definitions/Permitted"
			},
			permittedDescendants: {
				title: "List of elements or categories allowed as descendants in this element",
				$ref: "#/definitions/Permitted"
			},
			permittedOrder: {
				title: "Required order of child elements",
				$ref: "#/definitions/PermittedOrder"
			},
			permittedParent: {
				title: "List of elements or categories allowed as parent to this element",
				$ref: "#/definitions/Permitted"
			},
			requiredAncestors: {
				title: "List of required ancestor elements",
				$ref: "#/definitions/RequiredAncestors"
			},
			requiredContent: {
				title: "List of required content elements",
				$ref: "#/definitions/RequiredContent"
			},
			textContent: {
				title: "Allow, disallow or require textual content",
				description: "This property controls whenever an element allows, disallows or requires text. Text from any descendant counts, not only direct children",
				"default": "default",
				type: "string",
				"enum": [
					"none",
					"default",
					"required",
					"accessible"
				]
			}
		},
		additionalProperties: false
	}
};
const definitions = {
	Aria: {
		type: "object",
		additionalProperties: false,
		properties: {
			implicitRole: {
				title: "Implicit ARIA role for this element",
				description: "Some elements have implicit ARIA roles.",
				anyOf: [
					{
						type: "string"
					},
					{
						"function": true
					}
				]
			},
			naming: {
				title: "Prohibit or allow this element to be named by aria-label or aria-labelledby",
				anyOf: [
					{
						type: "string",
						"enum": [
							"prohibited",
							"allowed"
						]
					},
					{
						"function": true
					}
				]
			}
		}
	},
	contentCategory: {
		anyOf: [
			{
				type: "boolean"
			},
			{
				"function": true
			}
		]
	},
	deprecatedElement: {
		type: "object",
		additionalProperties: false,
		properties: {
			message: {
				type: "string",
				title: "A short text message shown next to the regular error message."
			},
			documentation: {
				type: "string",
				title: "An extended markdown formatted message shown with the contextual rule documentation."
			},
			source: {
				type: "string",
				title: "Element source, e.g. what standard or library deprecated this element.",
				"default": "html5"
			}
		}
	},
	FormAssociated: {
		type: "object",
		additionalProperties: false,
		properties: {
			disablable: {
				type: "boolean",
				title: "Disablable elements can be disabled using the disabled attribute."
			},
			listed: {
				type: "boolean",
				title: "Listed elements have a name attribute and is listed in the form and fieldset elements property."
			}
		}
	},
	Permitted: {
		type: "array",
		items: {
			anyOf: [
				{
					type: "string"
				},
				{
					type: "array",
					items: {
						anyOf: [
							{
								type: "string"
							},
							{
								$ref: "#/definitions/PermittedGroup"
							}
						]
					}
				},
				{
					$ref: "#/definitions/PermittedGroup"
				}
			]
		}
	},
	PermittedAttribute: {
		type: "object",
		patternProperties: {
			"^.*$": {
				anyOf: [
					{
						type: "object",
						additionalProperties: false,
						properties: {
							allowed: {
								"function": true,
								title: "Set to a function to evaluate if this attribute is allowed in this context"
							},
							boolean: {
								type: "boolean",
								title: "Set to true if this is a boolean attribute"
							},
							deprecated: {
								title: "Set to true or string if this attribute is deprecated",
								oneOf: [
									{
										type: "boolean"
									},
									{
										type: "string"
									}
								]
							},
							list: {
								type: "boolean",
								title: "Set to true if this attribute is a list of space-separated tokens, each which must be valid by itself"
							},
							"enum": {
								type: "array",
								title: "Exhaustive list of values (string or regex) this attribute accepts",
								uniqueItems: true,
								items: {
									anyOf: [
										{
											type: "string"
										},
										{
											regexp: true
										},
										{
											type: "object",
											title: "Named regular expression",
											required: [
												"name",
												"pattern"
											],
											additionalProperties: false,
											properties: {
												name: {
													type: "string",
													minLength: 1
												},
												pattern: {
													anyOf: [
														{
															type: "string"
														},
														{
															regexp: true
														}
													]
												}
											}
										}
									]
								}
							},
							omit: {
								type: "boolean",
								title: "Set to true if this attribute can optionally omit its value"
							},
							reference: {
								type: "string",
								"enum": [
									"id"
								],
								title: "Set when the attribute references another element."
							},
							required: {
								title: "Set to true or a function to evaluate if this attribute is required",
								oneOf: [
									{
										type: "boolean"
									},
									{
										"function": true
									}
								]
							}
						}
					},
					{
						type: "array",
						uniqueItems: true,
						items: {
							type: "string"
						}
					},
					{
						type: "null"
					}
				]
			}
		}
	},
	PermittedGroup: {
		type: "object",
		additionalProperties: false,
		properties: {
			exclude: {
				anyOf: [
					{
						items: {
							type: "string"
						},
						type: "array"
					},
					{
						type: "string"
					}
				]
			}
		}
	},
	PermittedOrder: {
		type: "array",
		items: {
			type: "string"
		}
	},
	RequiredAncestors: {
		type: "array",
		items: {
			type: "string"
		}
	},
	RequiredContent: {
		type: "array",
		items: {
			type: "string"
		}
	}
};
var schema = {
	$schema: $schema$1,
	$id: $id$1,
	type: type$1,
	properties: properties$1,
	patternProperties: patternProperties,
	definitions: definitions
};

const ajvRegexpValidate = function(data, dataCxt) {
  const valid = data instanceof RegExp;
  if (!valid) {
    ajvRegexpValidate.errors = [
      {
        instancePath: dataCxt?.instancePath,
        schemaPath: void 0,
        keyword: "type",
        message: "should be a regular expression",
        params: {
          keyword: "type"
        }
      }
    ];
  }
  return valid;
};
const ajvRegexpKeyword = {
  keyword: "regexp",
  schema: false,
  errors: true,
  validate: ajvRegexpValidate
};

const ajvFunctionValidate = function(data, dataCxt) {
  const valid = typeof data === "function";
  if (!valid) {
    ajvFunctionValidate.errors = [
      {
        instancePath: (
          /* istanbul ignore next */
          dataCxt?.instancePath
        ),
        schemaPath: void 0,
        keyword: "type",
        message: "should be a function",
        params: {
          keyword: "type"
        }
      }
    ];
  }
  return valid;
};
const ajvFunctionKeyword = {
  keyword: "function",
  schema: false,
  errors: true,
  validate: ajvFunctionValidate
};

var TextContent$1 = /* @__PURE__ */ ((TextContent2) => {
  TextContent2["NONE"] = "none";
  TextContent2["DEFAULT"] = "default";
  TextContent2["REQUIRED"] = "required";
  TextContent2["ACCESSIBLE"] = "accessible";
  return TextContent2;
})(TextContent$1 || {});
const MetaCopyableProperty = [
  "metadata",
  "flow",
  "sectioning",
  "heading",
  "phrasing",
  "embedded",
  "interactive",
  "transparent",
  "focusable",
  "form",
  "formAssociated",
  "labelable",
  "submitButton",
  "attributes",
  "patternAttributes",
  "aria",
  "permittedContent",
  "permittedDescendants",
  "permittedOrder",
  "permittedParent",
  "requiredAncestors",
  "requiredContent"
];
function setMetaProperty(dst, key, value) {
  dst[key] = value;
}

const SYNTAX_CHARACTERS = /[$()*+.?[\\\]^{|}]/;
const CONTROL_ESCAPES = /* @__PURE__ */ new Map([
  ["	", "t"],
  ["\n", "n"],
  ["\v", "v"],
  ["\f", "f"],
  ["\r", "r"]
]);
const OTHER_PUNCTUATORS = /^[!"#%&',:;<=>@`~-]$/;
const WHITE_SPACE = /^[\t\v\f\u{FEFF}\p{Zs}]$/u;
const LINE_TERMINATOR = /^[\n\r\u2028\u2029]$/;
const SURROGATE = /^[\uD800-\uDFFF]$/;
function isDecimalDigitOrASCIILetter(ch) {
  return /^[\dA-Z]$/i.test(ch);
}
function needEscape(ch) {
  return OTHER_PUNCTUATORS.test(ch) || WHITE_SPACE.test(ch) || LINE_TERMINATOR.test(ch) || SURROGATE.test(ch);
}
function unicodeEscape(ch) {
  return `\\u${ch.codePointAt(0).toString(16).padStart(4, "0")}`;
}
function encodeForRegExpEscape(ch) {
  if (SYNTAX_CHARACTERS.test(ch) || ch === "/") {
    return `\\${ch}`;
  }
  if (CONTROL_ESCAPES.has(ch)) {
    return `\\${CONTROL_ESCAPES.get(ch)}`;
  }
  if (needEscape(ch)) {
    if (/[\u0000-\u00FF]/.test(ch)) {
      return `\\x${ch.codePointAt(0).toString(16).padStart(2, "0")}`;
    }
    return ch.split("").map((c) => unicodeEscape(c)).join("");
  }
  return ch;
}
function regexpEscape(str) {
  let escaped = "";
  for (const c of str) {
    if (escaped === "" && isDecimalDigitOrASCIILetter(c)) {
      escaped += `\\x${c.codePointAt(0).toString(16).padStart(2, "0")}`;
    } else {
      escaped += encodeForRegExpEscape(c);
    }
  }
  return escaped;
}

function isSet(value) {
  return value !== void 0;
}
function flag(value) {
  return value ? true : void 0;
}
function stripUndefined(src) {
  const entries = Object.entries(src).filter(([, value]) => isSet(value));
  return Object.fromEntries(entries);
}
function migrateSingleAttribute(src, key) {
  const result = {};
  result.deprecated = flag(src.deprecatedAttributes?.includes(key));
  result.required = flag(src.requiredAttributes?.includes(key));
  result.omit = void 0;
  const attr = src.attributes ? src.attributes[key] : void 0;
  if (attr === void 0) {
    return stripUndefined(result);
  }
  if (attr === null) {
    result.delete = true;
    return stripUndefined(result);
  }
  if (Array.isArray(attr)) {
    if (attr.length === 0) {
      result.boolean = true;
    } else {
      result.enum = attr.filter((it) => it !== "");
      if (attr.includes("")) {
        result.omit = true;
      }
    }
    return stripUndefined(result);
  }
  return stripUndefined({ ...result, ...attr });
}
function isPatternAttribute$1(key) {
  return key.includes("*");
}
function patternToRegex(pattern) {
  const escaped = pattern.split("*").map(regexpEscape).join(".+");
  return new RegExp(`^${escaped}$`, "i");
}
function migrateAttributes(src) {
  const keys = [
    ...Object.keys(src.attributes ?? {}),
    ...src.requiredAttributes ?? [],
    ...src.deprecatedAttributes ?? []
  ].filter((key) => !isPatternAttribute$1(key)).toSorted((a, b) => a.localeCompare(b));
  const entries = keys.map((key) => {
    return [key, migrateSingleAttribute(src, key)];
  });
  return Object.fromEntries(entries);
}
function migratePatternAttributes(src) {
  const attrs = src.attributes ?? {};
  return Object.entries(attrs).filter(([key]) => isPatternAttribute$1(key)).map(([pattern]) => {
    const { delete: deleted, ...attr } = migrateSingleAttribute(src, pattern);
    const regexp = patternToRegex(pattern);
    if (deleted) {
      return { pattern, regexp, delete: true };
    }
    return { ...attr, pattern, regexp };
  });
}
function normalizeAriaImplicitRole(value) {
  if (!value) {
    return () => null;
  }
  if (typeof value === "string") {
    return () => value;
  }
  return value;
}
function normalizeAriaNaming(value) {
  if (!value) {
    return () => "allowed";
  }
  if (typeof value === "string") {
    return () => value;
  }
  return value;
}
function migrateElement(src) {
  const implicitRole = normalizeAriaImplicitRole(src.aria?.implicitRole);
  const result = {
    ...src,
    formAssociated: void 0,
    attributes: migrateAttributes(src),
    patternAttributes: migratePatternAttributes(src),
    /* eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- technical debt */
    textContent: src.textContent,
    focusable: src.focusable ?? false,
    implicitRole,
    templateRoot: src.templateRoot === true,
    aria: {
      implicitRole,
      naming: normalizeAriaNaming(src.aria?.naming)
    }
  };
  delete result.deprecatedAttributes;
  delete result.requiredAttributes;
  if (!result.textContent) {
    delete result.textContent;
  }
  if (src.formAssociated) {
    result.formAssociated = {
      disablable: Boolean(src.formAssociated.disablable),
      listed: Boolean(src.formAssociated.listed)
    };
  } else {
    delete result.formAssociated;
  }
  return result;
}

const dynamicKeys = [
  "metadata",
  "flow",
  "sectioning",
  "heading",
  "phrasing",
  "embedded",
  "interactive",
  "labelable",
  "submitButton"
];
const schemaCache = /* @__PURE__ */ new Map();
function clone(value) {
  if (Object.hasOwn(globalThis, "structuredClone")) {
    return structuredClone(value);
  }
  return JSON.parse(JSON.stringify(value));
}
class MetaTable {
  elements;
  schema;
  /**
   * @internal
   */
  constructor() {
    this.elements = {};
    this.schema = clone(schema);
  }
  /**
   * @internal
   */
  init() {
    this.resolveGlobal();
  }
  /**
   * Extend validation schema.
   *
   * @public
   */
  extendValidationSchema(patch) {
    if (patch.properties) {
      this.schema = deepmerge(this.schema, {
        patternProperties: {
          "^[^$].*$": {
            properties: patch.properties
          }
        }
      });
    }
    if (patch.definitions) {
      this.schema = deepmerge(this.schema, {
        definitions: patch.definitions
      });
    }
  }
  /**
   * Load metadata table from object.
   *
   * @public
   * @param obj - Object with metadata to load
   * @param filename - Optional filename used when presenting validation error
   */
  loadFromObject(obj, filename = null) {
    try {
      const validate = this.getSchemaValidator();
      if (!validate(obj)) {
        throw new SchemaValidationError(
          filename,
          `Element metadata is not valid`,
          obj,
          this.schema,
          /* istanbul ignore next: AJV sets .errors when validate returns false */
          validate.errors ?? []
        );
      }
      for (const [key, value] of Object.entries(obj)) {
        if (key === "$schema") {
          continue;
        }
        this.addEntry(key, migrateElement(value));
      }
    } catch (err) {
      if (err instanceof InheritError) {
        err.filename = filename;
        throw err;
      }
      if (err instanceof SchemaValidationError) {
        throw err;
      }
      if (!filename) {
        throw err;
      }
      throw new UserError(`Failed to load element metadata from "${filename}"`, ensureError(err));
    }
  }
  /**
   * Get [[MetaElement]] for the given tag. If no specific metadata is present
   * the global metadata is returned or null if no global is present.
   *
   * @public
   * @returns A shallow copy of metadata.
   */
  getMetaFor(tagName) {
    const meta = this.elements[tagName.toLowerCase()] ?? this.elements["*"];
    if (meta) {
      return { ...meta };
    }
    return null;
  }
  /**
   * Find all tags which has enabled given property.
   *
   * @public
   */
  getTagsWithProperty(propName) {
    return this.entries.filter(([, entry]) => entry[propName]).map(([tagName]) => tagName);
  }
  /**
   * Find tag matching tagName or inheriting from it.
   *
   * @public
   */
  getTagsDerivedFrom(tagName) {
    return this.entries.filter(([key, entry]) => key === tagName || entry.inherit === tagName).map(([tagName2]) => tagName2);
  }
  addEntry(tagName, entry) {
    let parent = this.elements[tagName];
    if (entry.inherit) {
      const name = entry.inherit;
      parent = this.elements[name];
      if (!parent) {
        throw new InheritError({
          tagName,
          inherit: name
        });
      }
    }
    const expanded = this.mergeElement(parent ?? {}, { ...entry, tagName });
    expandRegex(expanded);
    this.elements[tagName] = expanded;
  }
  /**
   * Construct a new AJV schema validator.
   */
  getSchemaValidator() {
    const key = JSON.stringify(this.schema);
    const cached = schemaCache.get(key);
    if (cached) {
      return cached;
    }
    const ajv = new Ajv__default.default({ strict: true, strictTuples: true, strictTypes: true });
    ajv.addMetaSchema(ajvSchemaDraft);
    ajv.addKeyword(ajvFunctionKeyword);
    ajv.addKeyword(ajvRegexpKeyword);
    ajv.addKeyword({ keyword: "copyable" });
    const validate = ajv.compile(this.schema);
    schemaCache.set(key, validate);
    return validate;
  }
  /**
   * @public
   */
  getJSONSchema() {
    return this.schema;
  }
  /**
   * @internal
   */
  get entries() {
    return Object.entries(this.elements);
  }
  /**
   * Finds the global element definition and merges each known element with the
   * global, e.g. to assign global attributes.
   */
  resolveGlobal() {
    if (!this.elements["*"]) {
      return;
    }
    const global = this.elements["*"];
    delete this.elements["*"];
    delete global.tagName;
    delete global.void;
    for (const [tagName, entry] of this.entries) {
      this.elements[tagName] = this.mergeElement(global, entry);
    }
  }
  mergeElement(a, b) {
    const merged = { ...a, ...b };
    const mergedAttrs = {
      ...a.attributes,
      ...b.attributes
    };
    for (const [name, attr] of Object.entries(mergedAttrs)) {
      if (attr.delete) {
        delete mergedAttrs[name];
      } else {
        delete attr.delete;
      }
    }
    merged.attributes = mergedAttrs;
    const mergedPatterns = [
      ...b.patternAttributes,
      ...a.patternAttributes ?? []
    ];
    const seenPatterns = /* @__PURE__ */ new Set();
    merged.patternAttributes = mergedPatterns.filter((entry) => {
      if (seenPatterns.has(entry.pattern)) {
        return false;
      }
      seenPatterns.add(entry.pattern);
      return !entry.delete;
    });
    if (a.aria) {
      merged.aria = { ...a.aria, ...b.aria };
    }
    return merged;
  }
  /**
   * @internal
   */
  resolve(node) {
    if (node.meta) {
      expandProperties(node, node.meta);
    }
  }
}
function expandProperties(node, entry) {
  for (const key of dynamicKeys) {
    const property = entry[key];
    if (typeof property === "function") {
      setMetaProperty(entry, key, property(node._adapter));
    }
  }
  if (typeof entry.focusable === "function") {
    setMetaProperty(entry, "focusable", entry.focusable(node._adapter));
  }
}
function compileRegexString(value) {
  const match = /^\/(.*)\/(i?)$/.exec(value);
  if (match) {
    const [, expr, flags] = match;
    if (expr.startsWith("^") || expr.endsWith("$")) {
      return new RegExp(expr, flags);
    }
    return new RegExp(`^${expr}$`, flags);
  }
  return null;
}
function expandRegexValue(value) {
  if (value instanceof RegExp) {
    return { name: value.toString(), pattern: value };
  }
  if (typeof value === "object") {
    if (value.pattern instanceof RegExp) {
      return { name: value.name, pattern: value.pattern };
    }
    const compiled = compileRegexString(value.pattern);
    if (!compiled) {
      throw new Error(`Failed to create regular expression from "${value.pattern}"`);
    }
    return { name: value.name, pattern: compiled };
  }
  const regex = compileRegexString(value);
  if (regex) {
    return { name: regex.toString(), pattern: regex };
  }
  return value;
}
function expandRegex(entry) {
  for (const [name, values] of Object.entries(entry.attributes)) {
    if (values.enum) {
      entry.attributes[name].enum = values.enum.map(expandRegexValue);
    }
  }
}

class DynamicValue {
  expr;
  constructor(expr) {
    this.expr = expr;
  }
  toString() {
    return this.expr;
  }
}

function isStaticAttribute(attr) {
  return Boolean(attr?.isStatic);
}
function isDynamicAttribute(attr) {
  return Boolean(attr?.isDynamic);
}
class Attribute {
  /** Attribute name */
  key;
  value;
  /** full location of attribute (key, delimiter, quotes and value) */
  location;
  keyLocation;
  valueLocation;
  originalAttribute;
  /**
   * @param key - Attribute name.
   * @param value - Attribute value. Set to `null` for boolean attributes.
   * @param location - Source location of full attribute (key, delimiter, quotes and value).
   * @param keyLocation - Source location of attribute name.
   * @param valueLocation - Source location of attribute value.
   * @param originalAttribute - If this attribute was dynamically added via a
   * transformation (e.g. Vue.js `:id` generating the `id` attribute) this
   * parameter should be set to the attribute name of the source attribute (`:id`).
   */
  /* eslint-disable-next-line @typescript-eslint/max-params -- technical debt */
  constructor(key, value, location, keyLocation, valueLocation, originalAttribute) {
    this.key = key;
    this.value = value ?? null;
    this.location = location;
    this.keyLocation = keyLocation;
    this.valueLocation = valueLocation;
    this.originalAttribute = originalAttribute;
  }
  /**
   * Flag set to true if the attribute value is static.
   */
  get isStatic() {
    return !this.isDynamic;
  }
  /**
   * Flag set to true if the attribute value is dynamic.
   */
  get isDynamic() {
    return this.value instanceof DynamicValue;
  }
  /**
   * Test attribute value.
   *
   * @param pattern - Pattern to match value against. Can be a RegExp, literal
   * string or an array of strings (returns true if any value matches the
   * array).
   * @param dynamicMatches - If true `DynamicValue` will always match, if false
   * it never matches.
   * @returns `true` if attribute value matches pattern.
   */
  valueMatches(pattern, dynamicMatches = true) {
    if (this.value === null) {
      return false;
    }
    if (this.value instanceof DynamicValue) {
      return dynamicMatches;
    }
    if (Array.isArray(pattern)) {
      return pattern.includes(this.value);
    }
    if (pattern instanceof RegExp) {
      return this.value.match(pattern) !== null;
    }
    return this.value === pattern;
  }
}

function getCSSDeclarations(value) {
  return value.trim().split(";").filter(Boolean).map((it) => {
    const [property, value2] = it.split(":", 2);
    return [property.trim(), value2 ? value2.trim() : ""];
  });
}
function parseCssDeclaration(value) {
  if (!value || value instanceof DynamicValue) {
    return {};
  }
  const pairs = getCSSDeclarations(value);
  return Object.fromEntries(pairs);
}

const Node = {
  ELEMENT_NODE: 1,
  TEXT_NODE: 3,
  DOCUMENT_NODE: 9,
  /** element wasn't closed */
  CLOSED_OPEN: 0,
  /** element closed with end tag <p>...</p> */
  CLOSED_END_TAG: 1,
  /** void element with omitted end tag <input> */
  CLOSED_VOID_OMITTED: 2,
  /** self-closed void element <input/> */
  CLOSED_VOID_SELF_CLOSED: 3,
  /** element with optional end tag <li>foo<li>bar */
  CLOSED_IMPLICIT_CLOSED: 4
};

const DOCUMENT_NODE_NAME = "#document";
const TEXT_CONTENT = /* @__PURE__ */ Symbol("textContent");
const state$1 = {
  counter: 0
};
class DOMNode {
  nodeName;
  nodeType;
  childNodes;
  location;
  /**
   * @internal
   */
  unique;
  cache;
  /**
   * Set of disabled rules for this node.
   *
   * Rules disabled by using directives are added here.
   */
  disabledRules;
  /**
   * Set of blocked rules for this node.
   *
   * Rules blocked by using directives are added here.
   */
  blockedRules;
  /**
   * Create a new DOMNode.
   *
   * @internal
   * @param nodeType - What node type to create.
   * @param nodeName - What node name to use. For `HtmlElement` this corresponds
   * to the tagName but other node types have specific predefined values.
   * @param location - Source code location of this node.
   */
  constructor(nodeType, nodeName, location) {
    this.nodeType = nodeType;
    this.nodeName = nodeName ?? DOCUMENT_NODE_NAME;
    this.location = location;
    this.disabledRules = /* @__PURE__ */ new Set();
    this.blockedRules = /* @__PURE__ */ new Map();
    this.childNodes = [];
    this.unique = state$1.counter++;
    this.cache = null;
  }
  /**
   * Enable cache for this node.
   *
   * Should not be called before the node and all children are fully constructed.
   *
   * @internal
   */
  cacheEnable(enable = true) {
    this.cache = enable ? /* @__PURE__ */ new Map() : null;
  }
  cacheGet(key) {
    if (this.cache) {
      return this.cache.get(key);
    }
    return void 0;
  }
  cacheSet(key, value) {
    if (this.cache) {
      this.cache.set(key, value);
    }
    return value;
  }
  /**
   * Remove a value by key from cache.
   *
   * @returns `true` if the entry existed and has been removed.
   */
  cacheRemove(key) {
    if (this.cache) {
      return this.cache.delete(key);
    }
    return false;
  }
  /**
   * Check if key exists in cache.
   */
  cacheExists(key) {
    return Boolean(this.cache?.has(key));
  }
  /**
   * Get the text (recursive) from all child nodes.
   */
  get textContent() {
    const cached = this.cacheGet(TEXT_CONTENT);
    if (cached) {
      return cached;
    }
    const text = this.childNodes.map((node) => node.textContent).join("");
    this.cacheSet(TEXT_CONTENT, text);
    return text;
  }
  append(node) {
    const oldParent = node._setParent(this);
    if (oldParent && this.isSameNode(oldParent)) {
      return;
    }
    this.childNodes.push(node);
    if (oldParent) {
      oldParent._removeChild(node);
    }
  }
  /**
   * Insert a node before a reference node.
   *
   * @internal
   */
  insertBefore(node, reference) {
    const index = reference ? this.childNodes.findIndex((it) => it.isSameNode(reference)) : -1;
    if (index >= 0) {
      this.childNodes.splice(index, 0, node);
    } else {
      this.childNodes.push(node);
    }
    const oldParent = node._setParent(this);
    if (oldParent) {
      oldParent._removeChild(node);
    }
  }
  isRootElement() {
    return this.nodeType === Node.DOCUMENT_NODE;
  }
  /**
   * Tests if two nodes are the same (references the same object).
   *
   * @since v4.11.0
   */
  isSameNode(otherNode) {
    return this.unique === otherNode.unique;
  }
  /**
   * Returns a DOMNode representing the first direct child node or `null` if the
   * node has no children.
   */
  get firstChild() {
    return this.childNodes[0] || null;
  }
  /**
   * Returns a DOMNode representing the last direct child node or `null` if the
   * node has no children.
   */
  get lastChild() {
    return this.childNodes.at(-1) ?? null;
  }
  /**
   * @internal
   */
  removeChild(node) {
    this._removeChild(node);
    node._setParent(null);
    return node;
  }
  /**
   * Block a rule for this node.
   *
   * @internal
   */
  blockRule(ruleId, blocker) {
    const current = this.blockedRules.get(ruleId);
    if (current) {
      current.push(blocker);
    } else {
      this.blockedRules.set(ruleId, [blocker]);
    }
  }
  /**
   * Blocks multiple rules.
   *
   * @internal
   */
  blockRules(rules, blocker) {
    for (const rule of rules) {
      this.blockRule(rule, blocker);
    }
  }
  /**
   * Disable a rule for this node.
   *
   * @internal
   */
  disableRule(ruleId) {
    this.disabledRules.add(ruleId);
  }
  /**
   * Disables multiple rules.
   *
   * @internal
   */
  disableRules(rules) {
    for (const rule of rules) {
      this.disableRule(rule);
    }
  }
  /**
   * Enable a previously disabled rule for this node.
   */
  enableRule(ruleId) {
    this.disabledRules.delete(ruleId);
  }
  /**
   * Enables multiple rules.
   */
  enableRules(rules) {
    for (const rule of rules) {
      this.enableRule(rule);
    }
  }
  /**
   * Test if a rule is enabled for this node.
   *
   * @internal
   */
  ruleEnabled(ruleId) {
    return !this.disabledRules.has(ruleId);
  }
  /**
   * Test if a rule is blocked for this node.
   *
   * @internal
   */
  ruleBlockers(ruleId) {
    return this.blockedRules.get(ruleId) ?? [];
  }
  generateSelector() {
    return null;
  }
  /**
   * @internal
   *
   * @returns Old parent, if set.
   */
  _setParent(_node) {
    return null;
  }
  _removeChild(node) {
    const index = this.childNodes.findIndex((it) => it.isSameNode(node));
    if (index !== -1) {
      this.childNodes.splice(index, 1);
    } else {
      throw new Error("DOMException: _removeChild(..) could not find child to remove");
    }
  }
}

function parse(text, baseLocation) {
  const tokens = [];
  const locations = baseLocation ? [] : null;
  for (let begin = 0; begin < text.length; ) {
    let end = text.indexOf(" ", begin);
    if (end === -1) {
      end = text.length;
    }
    const size = end - begin;
    if (size === 0) {
      begin++;
      continue;
    }
    const token = text.slice(begin, end);
    tokens.push(token);
    if (locations && baseLocation) {
      const location = sliceLocation(baseLocation, begin, end);
      locations.push(location);
    }
    begin += size + 1;
  }
  return { tokens, locations };
}
class DOMTokenList extends Array {
  value;
  locations;
  constructor(value, location) {
    if (value && typeof value === "string") {
      const normalized = value.replaceAll(/[\t\n\r]/g, " ");
      const { tokens, locations } = parse(normalized, location);
      super(...tokens);
      this.locations = locations;
    } else {
      super(0);
      this.locations = null;
    }
    if (value instanceof DynamicValue) {
      this.value = value.expr;
    } else {
      this.value = value ?? "";
    }
  }
  item(n) {
    return this[n];
  }
  location(n) {
    if (this.locations) {
      return this.locations[n];
    }
    throw new Error("Trying to access DOMTokenList location when base location isn't set");
  }
  contains(token) {
    return this.includes(token);
  }
  *iterator() {
    for (let index = 0; index < this.length; index++) {
      const item = this.item(index);
      const location = this.location(index);
      yield { index, item, location };
    }
  }
}

var Combinator = /* @__PURE__ */ ((Combinator2) => {
  Combinator2[Combinator2["DESCENDANT"] = 1] = "DESCENDANT";
  Combinator2[Combinator2["CHILD"] = 2] = "CHILD";
  Combinator2[Combinator2["ADJACENT_SIBLING"] = 3] = "ADJACENT_SIBLING";
  Combinator2[Combinator2["GENERAL_SIBLING"] = 4] = "GENERAL_SIBLING";
  Combinator2[Combinator2["SCOPE"] = 5] = "SCOPE";
  return Combinator2;
})(Combinator || {});
function parseCombinator(combinator, pattern) {
  if (pattern === ":scope") {
    return 5 /* SCOPE */;
  }
  switch (combinator) {
    case void 0:
    case null:
    case "":
      return 1 /* DESCENDANT */;
    case ">":
      return 2 /* CHILD */;
    case "+":
      return 3 /* ADJACENT_SIBLING */;
    case "~":
      return 4 /* GENERAL_SIBLING */;
    default:
      throw new Error(`Unknown combinator "${combinator}"`);
  }
}

function firstChild(node) {
  return node.previousSibling === null;
}

function lastChild(node) {
  return node.nextSibling === null;
}

const cache$1 = {};
function getNthChild(node) {
  if (!node.parent) {
    return -1;
  }
  if (!cache$1[node.unique]) {
    const parent = node.parent;
    const index = parent.childElements.findIndex((cur) => {
      return cur.unique === node.unique;
    });
    cache$1[node.unique] = index + 1;
  }
  return cache$1[node.unique];
}
function nthChild(node, args) {
  if (!args) {
    throw new Error("Missing argument to nth-child");
  }
  const n = Math.trunc(Number(args.trim()));
  const cur = getNthChild(node);
  return cur === n;
}

function scope$1(node) {
  return Boolean(this.scope && node.isSameNode(this.scope));
}

const table = {
  "first-child": firstChild,
  "last-child": lastChild,
  "nth-child": nthChild,
  scope: scope$1
};
function factory(name, context) {
  const fn = table[name];
  if (fn) {
    return fn.bind(context);
  }
  throw new Error(`Pseudo-class "${name}" is not implemented`);
}

function stripslashes(value) {
  return value.replaceAll(/\\(.)/g, "$1");
}
function createClassCondition(classname) {
  return {
    kind: "class",
    classname,
    match(node) {
      return node.classList.contains(classname);
    }
  };
}
function createIdCondition(raw) {
  const id = stripslashes(raw);
  return {
    kind: "id",
    id,
    match(node) {
      return node.id === id;
    }
  };
}
function createAttributeCondition(attr) {
  const match = /^(.+?)(?:([$*^|~]?=)"([^"]*)")?$/.exec(attr);
  const key = match[1];
  const op = match[2];
  const rawValue = match[3];
  const value = typeof rawValue === "string" ? stripslashes(rawValue) : rawValue;
  return {
    kind: "attribute",
    key,
    op,
    value,
    match(node) {
      const attrs = node.getAttribute(key, true);
      return attrs.some((cur) => {
        switch (op) {
          case void 0:
            return true;
          /* attribute exists */
          case "=":
            return cur.value === value;
          default:
            throw new Error(`Attribute selector operator ${op} is not implemented yet`);
        }
      });
    }
  };
}
function createPseudoClassCondition(pseudoclass, context) {
  const match = /^([^(]+)(?:\((.*)\))?$/.exec(pseudoclass);
  if (!match) {
    throw new Error(`Missing pseudo-class after colon in selector pattern "${context}"`);
  }
  const name = match[1];
  const args = match[2];
  return {
    kind: "pseudo",
    name,
    args,
    match(node, selectorContext) {
      const fn = factory(name, selectorContext);
      return fn(node, args);
    }
  };
}

function isDelimiter(ch) {
  return /[#.:[]/.test(ch);
}
function isQuotationMark(ch) {
  return /["']/.test(ch);
}
function isPseudoElement(ch, buffer) {
  return ch === ":" && buffer === ":";
}
function* splitCompound(pattern) {
  if (pattern === "") {
    return;
  }
  const end = pattern.length;
  let begin = 0;
  let cur = 1;
  let quoted = false;
  while (cur < end) {
    const ch = pattern[cur];
    if (ch === "\\") {
      cur += 2;
      continue;
    }
    if (quoted) {
      if (ch === quoted) {
        quoted = false;
      }
      cur += 1;
      continue;
    }
    if (isQuotationMark(ch)) {
      quoted = ch;
      cur += 1;
      continue;
    }
    const buffer = pattern.slice(begin, cur);
    if (isPseudoElement(ch, buffer)) {
      cur += 1;
      continue;
    }
    if (isDelimiter(ch)) {
      begin = cur;
      yield buffer;
    }
    cur += 1;
  }
  const tail = pattern.slice(begin, cur);
  yield tail;
}

class Compound {
  combinator;
  tagName;
  selector;
  conditions;
  constructor(pattern) {
    const match = /^([+>~-]?)((?:\*|[^#.:[]+)?)([\s\S]*)$/.exec(pattern);
    if (!match) {
      throw new Error(`Failed to create selector pattern from "${pattern}"`);
    }
    match.shift();
    this.selector = pattern;
    this.combinator = parseCombinator(match.shift(), pattern);
    this.tagName = match.shift() || "*";
    this.conditions = Array.from(splitCompound(match[0]), (it) => this.createCondition(it));
  }
  match(node, context) {
    return node.is(this.tagName) && this.conditions.every((cur) => cur.match(node, context));
  }
  createCondition(pattern) {
    switch (pattern.at(0)) {
      case ".":
        return createClassCondition(pattern.slice(1));
      case "#":
        return createIdCondition(pattern.slice(1));
      case "[":
        return createAttributeCondition(pattern.slice(1, -1));
      case ":":
        return createPseudoClassCondition(pattern.slice(1), this.selector);
      default:
        throw new Error(`Failed to create selector condition for "${pattern}"`);
    }
  }
}

const whitespace$1 = /* @__PURE__ */ new Set([" ", "	", "\n", "\r", "\f"]);
const combinators = /* @__PURE__ */ new Set(["+", ">", "~"]);
const escapedCodepoints = /* @__PURE__ */ new Set(["9", "a", "d"]);
function* splitSelectorElements(selector) {
  const { length } = selector;
  let begin = 0;
  let p = 0;
  let depth = 0;
  let quote = null;
  let prefix = "";
  function skipWhitespace() {
    while (p < length && whitespace$1.has(selector[p])) {
      p++;
    }
  }
  function consumeEscape(ch) {
    if (ch !== "\\") {
      return false;
    }
    p += escapedCodepoints.has(selector[p + 1]) ? 3 : 2;
    return true;
  }
  function consumeLiteral(ch) {
    if (quote) {
      if (ch === quote) {
        quote = null;
      }
      p++;
      return true;
    }
    switch (ch) {
      case '"':
      case "'":
        quote = ch;
        break;
      case "[":
      case "(":
        depth++;
        break;
      case "]":
      case ")":
        depth = Math.max(0, depth - 1);
        break;
      default:
        if (depth === 0) {
          return false;
        }
    }
    p++;
    return true;
  }
  while (p < length) {
    const ch = selector[p];
    if (consumeEscape(ch) || consumeLiteral(ch)) {
      continue;
    }
    if (whitespace$1.has(ch)) {
      if (p > begin) {
        yield prefix + selector.slice(begin, p);
        prefix = "";
      }
      skipWhitespace();
      begin = p;
      continue;
    }
    if (combinators.has(ch)) {
      if (p > begin) {
        yield prefix + selector.slice(begin, p);
      }
      prefix = ch;
      p++;
      skipWhitespace();
      begin = p;
      continue;
    }
    p++;
  }
  if (begin < length || prefix) {
    yield prefix + selector.slice(begin);
  }
}

function unescapeCodepoint(value) {
  const replacement = {
    "\\9 ": "	",
    "\\a ": "\n",
    "\\d ": "\r"
  };
  return value.replaceAll(
    /(\\[9ad] )/g,
    (_, codepoint) => replacement[codepoint]
  );
}
function getCompounds(selector) {
  return Array.from(splitSelectorElements(selector), (element) => {
    return new Compound(unescapeCodepoint(element));
  });
}

function* ancestors$1(element) {
  let current = element.parent;
  while (current && !current.isRootElement()) {
    yield current;
    current = current.parent;
  }
}
function* parent(element) {
  const parent2 = element.parent;
  if (parent2 && !parent2.isRootElement()) {
    yield parent2;
  }
}
function* adjacentSibling(element) {
  const sibling = element.previousSibling;
  if (sibling) {
    yield sibling;
  }
}
function* generalSibling(element) {
  const siblings = element.siblings;
  const index = siblings.findIndex((it) => it.isSameNode(element));
  for (let i = 0; i < index; i++) {
    yield siblings[i];
  }
}
function* scope(element) {
  yield element;
}
function candidatesFromCombinator(element, combinator) {
  switch (combinator) {
    case Combinator.DESCENDANT:
      return ancestors$1(element);
    case Combinator.CHILD:
      return parent(element);
    case Combinator.ADJACENT_SIBLING:
      return adjacentSibling(element);
    case Combinator.GENERAL_SIBLING:
      return generalSibling(element);
    /* istanbul ignore next -- cannot really happen, the selector would be malformed */
    case Combinator.SCOPE:
      return scope(element);
  }
}
function matchElement(element, compounds, context) {
  const last = compounds.at(-1);
  if (!last.match(element, context)) {
    return false;
  }
  const remainder = compounds.slice(0, -1);
  if (remainder.length === 0) {
    return true;
  }
  const candidates = candidatesFromCombinator(element, last.combinator);
  for (const candidate of candidates) {
    if (matchElement(candidate, remainder, context)) {
      return true;
    }
  }
  return false;
}

class ComplexSelector {
  compounds;
  constructor(compounds) {
    this.compounds = compounds;
  }
  static fromString(selector) {
    return new ComplexSelector(getCompounds(selector));
  }
  static fromCompounds(compounds) {
    return new ComplexSelector(compounds);
  }
  /**
   * Match this selector against a HtmlElement.
   *
   * @param root - Element to match against.
   * @returns Iterator with matched elements.
   */
  *match(root) {
    const context = { scope: root };
    yield* this.matchInternal(root, 0, context);
  }
  /**
   * Returns `true` if the element matches this selector.
   */
  matchElement(element) {
    const context = { scope: null };
    return matchElement(element, this.compounds, context);
  }
  *matchInternal(root, level, context) {
    if (level >= this.compounds.length) {
      yield root;
      return;
    }
    const pattern = this.compounds[level];
    const matches = ComplexSelector.findCandidates(root, pattern);
    for (const node of matches) {
      if (!pattern.match(node, context)) {
        continue;
      }
      yield* this.matchInternal(node, level + 1, context);
    }
  }
  static findCandidates(root, pattern) {
    switch (pattern.combinator) {
      case Combinator.DESCENDANT:
        return root.getElementsByTagName(pattern.tagName);
      case Combinator.CHILD:
        return root.childElements.filter((node) => node.is(pattern.tagName));
      case Combinator.ADJACENT_SIBLING:
        return this.findAdjacentSibling(root);
      case Combinator.GENERAL_SIBLING:
        return this.findGeneralSibling(root);
      case Combinator.SCOPE:
        return [root];
    }
  }
  static findAdjacentSibling(node) {
    let adjacent = false;
    return node.siblings.filter((cur) => {
      if (adjacent) {
        adjacent = false;
        return true;
      }
      if (cur.isSameNode(node)) {
        adjacent = true;
      }
      return false;
    });
  }
  static findGeneralSibling(node) {
    let after = false;
    return node.siblings.filter((cur) => {
      if (after) {
        return true;
      }
      if (cur.isSameNode(node)) {
        after = true;
      }
      return false;
    });
  }
}

const codepoints = {
  "	": "\\9 ",
  "\n": "\\a ",
  "\r": "\\d "
};
function escapeSelectorComponent(text) {
  return text.toString().replaceAll(/([^\w-])/g, (_, ch) => {
    if (Object.hasOwn(codepoints, ch)) {
      return codepoints[ch];
    }
    return `\\${ch}`;
  });
}

function generateIdSelector(id) {
  const escaped = escapeSelectorComponent(id);
  return /^\d/.test(escaped) ? `[id="${escaped}"]` : `#${escaped}`;
}

const cache = /* @__PURE__ */ new Map();
function parseSelector(selector) {
  const cached = cache.get(selector);
  if (cached) {
    return cached;
  }
  const compounds = getCompounds(selector);
  const result = ComplexSelector.fromCompounds(compounds);
  cache.set(selector, result);
  return result;
}

const TEXT_NODE_NAME = "#text";
function isTextNode(node) {
  return node?.nodeType === Node.TEXT_NODE;
}
class TextNode extends DOMNode {
  text;
  /**
   * @param text - Text to add. When a `DynamicValue` is used the expression is
   * used as "text".
   * @param location - Source code location of this node.
   */
  constructor(text, location) {
    super(Node.TEXT_NODE, TEXT_NODE_NAME, location);
    this.text = text;
  }
  /**
   * Get the text from node.
   */
  get textContent() {
    return this.text.toString();
  }
  /**
   * Flag set to true if the attribute value is static.
   */
  get isStatic() {
    return !this.isDynamic;
  }
  /**
   * Flag set to true if the attribute value is dynamic.
   */
  get isDynamic() {
    return this.text instanceof DynamicValue;
  }
}

const CHILD_ELEMENTS = /* @__PURE__ */ Symbol("childElements");
const ROLE = /* @__PURE__ */ Symbol("role");
const TABINDEX = /* @__PURE__ */ Symbol("tabindex");
function isElementNode(node) {
  return node?.nodeType === Node.ELEMENT_NODE;
}
function isInvalidTagName(tagName) {
  return tagName === "" || tagName === "*";
}
function createAdapter(node) {
  return {
    closest(selectors) {
      return node.closest(selectors)?._adapter;
    },
    getAttribute(name) {
      return node.getAttribute(name)?.value;
    },
    hasAttribute(name) {
      return node.hasAttribute(name);
    }
  };
}
class HtmlElement extends DOMNode {
  tagName;
  voidElement;
  depth;
  closed;
  attr;
  metaElement;
  annotation;
  _parent;
  _endTagLocation;
  _implicit;
  /** @internal */
  _adapter;
  constructor(details) {
    const {
      nodeType,
      tagName,
      parent = null,
      closed = Node.CLOSED_END_TAG,
      meta = null,
      location
    } = details;
    super(nodeType, tagName, location);
    if (isInvalidTagName(tagName)) {
      throw new Error(`The tag name provided ("${tagName}") is not a valid name`);
    }
    this.tagName = tagName ?? "#document";
    this._parent = null;
    this.attr = {};
    this.metaElement = meta ?? null;
    this.closed = closed;
    this.voidElement = meta ? Boolean(meta.void) : false;
    this.depth = 0;
    this.annotation = null;
    this._endTagLocation = null;
    this._implicit = false;
    this._adapter = createAdapter(this);
    if (!parent) {
      return;
    }
    parent.append(this);
    let cur = parent;
    while (cur.parent) {
      this.depth++;
      cur = cur.parent;
    }
  }
  /**
   * Manually create a new element. This is primary useful for test-cases. While
   * the API is public it is not meant for general consumption and is not
   * guaranteed to be stable across versions.
   *
   * Use at your own risk. Prefer to use [[Parser]] to parse a string of markup
   * instead.
   *
   * @public
   * @since 8.22.0
   * @param tagName - Element tagname.
   * @param location - Element location.
   * @param details - Additional element details.
   */
  static createElement(tagName, location, details = {}) {
    const { closed = Node.CLOSED_END_TAG, meta = null, parent = null } = details;
    return new HtmlElement({
      nodeType: Node.ELEMENT_NODE,
      tagName,
      parent,
      closed,
      meta,
      location
    });
  }
  /**
   * @internal
   */
  static rootNode(location) {
    const root = new HtmlElement({
      nodeType: Node.DOCUMENT_NODE,
      location
    });
    root.setAnnotation("#document");
    return root;
  }
  /**
   * @internal
   *
   * @param namespace - If given it is appended to the tagName.
   */
  static fromTokens(startToken, endToken, parent, metaTable, namespace = "") {
    const name = startToken.data[2];
    if (!name) {
      throw new Error("tagName cannot be empty");
    }
    const tagName = namespace ? `${namespace}:${name}` : name;
    const meta = metaTable ? metaTable.getMetaFor(tagName) : null;
    const open = startToken.data[1] !== "/";
    const closed = isClosed(endToken, meta);
    const location = sliceLocation(startToken.location, 1);
    return new HtmlElement({
      nodeType: Node.ELEMENT_NODE,
      tagName,
      parent: open ? parent : null,
      closed,
      meta,
      location
    });
  }
  /**
   * Location of the tag name in the start tag, e.g. `div` in `<div>`.
   *
   * Alias of {@link DOMNode.location}.
   *
   * @public
   * @since 11.17.0
   */
  get startTagLocation() {
    return this.location;
  }
  /**
   * Location of the tag name in the end tag, e.g. `div` in `</div>`.
   *
   * Is `null` if the element has no end tag in the source, e.g. void elements,
   * self-closed elements and elements closed implicitly.
   *
   * @public
   * @since 11.17.0
   */
  get endTagLocation() {
    return this._endTagLocation;
  }
  /**
   * @internal
   */
  _setEndTagLocation(location) {
    this._endTagLocation = location;
  }
  /**
   * True for elements opened by the parser without a start tag in the source,
   * their `location` refers to the tag that triggered the implicit open.
   *
   * @internal
   */
  get implicit() {
    return this._implicit;
  }
  /**
   * @internal
   */
  _setImplicit(implicit) {
    this._implicit = implicit;
  }
  /**
   * Returns annotated name if set or defaults to `<tagName>`.
   *
   * E.g. `my-annotation` or `<div>`.
   */
  get annotatedName() {
    if (this.annotation) {
      return this.annotation;
    }
    return `<${this.tagName}>`;
  }
  /**
   * Get list of IDs referenced by `aria-labelledby`.
   *
   * If the attribute is unset or empty this getter returns null.
   * If the attribute is dynamic the original {@link DynamicValue} is returned.
   *
   * @public
   */
  get ariaLabelledby() {
    const attr = this.getAttribute("aria-labelledby");
    if (!attr?.value) {
      return null;
    }
    if (attr.value instanceof DynamicValue) {
      return attr.value;
    }
    const list = new DOMTokenList(attr.value, attr.valueLocation);
    return list.length > 0 ? Array.from(list) : null;
  }
  /**
   * Similar to childNodes but only elements.
   */
  get childElements() {
    const cached = this.cacheGet(CHILD_ELEMENTS);
    if (cached !== void 0) {
      return cached;
    }
    return this.cacheSet(CHILD_ELEMENTS, this.childNodes.filter(isElementNode));
  }
  /**
   * Find the first ancestor matching a selector.
   *
   * Implementation of DOM specification of Element.closest(selectors).
   */
  closest(selectors) {
    let node = this;
    while (node) {
      if (node.matches(selectors)) {
        return node;
      }
      node = node.parent;
    }
    return null;
  }
  /**
   * Generate a DOM selector for this element. The returned selector will be
   * unique inside the current document.
   */
  generateSelector() {
    if (this.isRootElement()) {
      return null;
    }
    const parts = [];
    let root;
    for (root = this; root.parent; root = root.parent) {
    }
    for (let cur = this; cur.parent; cur = cur.parent) {
      if (cur.id) {
        const selector = generateIdSelector(cur.id);
        const matches = root.querySelectorAll(selector);
        if (matches.length === 1) {
          parts.push(selector);
          break;
        }
      }
      const parent = cur.parent;
      const child = parent.childElements;
      const index = child.findIndex((it) => it.unique === cur.unique);
      const numOfType = child.filter((it) => it.is(cur.tagName)).length;
      const solo = numOfType === 1;
      if (solo) {
        parts.push(cur.tagName.toLowerCase());
        continue;
      }
      parts.push(`${cur.tagName.toLowerCase()}:nth-child(${String(index + 1)})`);
    }
    return parts.toReversed().join(" > ");
  }
  /**
   * Tests if this element has given tagname.
   *
   * If passing "*" this test will pass if any tagname is set.
   */
  is(tagName) {
    return tagName === "*" || this.tagName.toLowerCase() === tagName.toLowerCase();
  }
  /**
   * Load new element metadata onto this element.
   *
   * Do note that semantics such as `void` cannot be changed (as the element has
   * already been created). In addition the element will still "be" the same
   * element, i.e. even if loading meta for a `<p>` tag upon a `<div>` tag it
   * will still be a `<div>` as far as the rest of the validator is concerned.
   *
   * In fact only certain properties will be copied onto the element:
   *
   * - content categories (flow, phrasing, etc)
   * - required attributes
   * - attribute allowed values
   * - permitted/required elements
   *
   * Properties *not* loaded:
   *
   * - inherit
   * - deprecated
   * - foreign
   * - void
   * - implicitClosed
   * - optionalEnd
   * - optionalEndExcludedParents
   * - scriptSupporting
   * - deprecatedAttributes
   *
   * Changes to element metadata will only be visible after `element:ready` (and
   * the subsequent `dom:ready` event).
   */
  loadMeta(meta) {
    this.metaElement ??= {};
    for (const key of MetaCopyableProperty) {
      const value = meta[key];
      if (value !== void 0) {
        setMetaProperty(this.metaElement, key, value);
      } else {
        delete this.metaElement[key];
      }
    }
  }
  /**
   * Match this element against given selectors. Returns true if any selector
   * matches.
   *
   * Implementation of DOM specification of Element.matches(selectors).
   */
  matches(selectorList) {
    return selectorList.split(",").some((it) => {
      const selector = parseSelector(it.trim());
      return selector.matchElement(this);
    });
  }
  get meta() {
    return this.metaElement;
  }
  get parent() {
    return this._parent;
  }
  /**
   * Get current role for this element (explicit with `role` attribute or mapped
   * with implicit role).
   *
   * @since 8.9.1
   */
  get role() {
    const cached = this.cacheGet(ROLE);
    if (cached !== void 0) {
      return cached;
    }
    const role = this.getAttribute("role");
    if (role) {
      return this.cacheSet(ROLE, role.value);
    }
    if (this.metaElement) {
      const { aria } = this.metaElement;
      const implicitRole = aria.implicitRole(this._adapter);
      return this.cacheSet(ROLE, implicitRole);
    }
    return this.cacheSet(ROLE, null);
  }
  /**
   * Set annotation for this element.
   */
  setAnnotation(text) {
    this.annotation = text;
  }
  /**
   * Set attribute. Stores all attributes set even with the same name.
   *
   * @param key - Attribute name
   * @param value - Attribute value. Use `null` if no value is present.
   * @param location - location of full attribute (key, delimiter, quotes and value).
   * @param keyLocation - Location of the attribute name.
   * @param valueLocation - Location of the attribute value (excluding quotation)
   * @param originalAttribute - If attribute is an alias for another attribute
   * (dynamic attributes) set this to the original attribute name.
   */
  /* eslint-disable-next-line @typescript-eslint/max-params -- technical debt */
  setAttribute(key, value, location, keyLocation, valueLocation, originalAttribute) {
    key = key.toLowerCase();
    const attr = new Attribute(key, value, location, keyLocation, valueLocation, originalAttribute);
    const list = this.attr[key];
    if (list) {
      list.push(attr);
    } else {
      this.attr[key] = [attr];
    }
  }
  /**
   * Get parsed tabindex for this element.
   *
   * - If `tabindex` attribute is not present `null` is returned.
   * - If attribute value is omitted or the empty string `null` is returned.
   * - If attribute value cannot be parsed `null` is returned.
   * - If attribute value is dynamic `0` is returned.
   * - Otherwise the parsed value is returned.
   *
   * This property does *NOT* take into account if the element have a default
   * `tabindex` (such as `<input>` have). Instead use the `focusable` metadata
   * property to determine this.
   *
   * @public
   * @since 8.16.0
   */
  get tabIndex() {
    const cached = this.cacheGet(TABINDEX);
    if (cached !== void 0) {
      return cached;
    }
    const tabindex = this.getAttribute("tabindex");
    if (!tabindex) {
      return this.cacheSet(TABINDEX, null);
    }
    if (tabindex.value === null || tabindex.value === "") {
      return this.cacheSet(TABINDEX, null);
    }
    if (tabindex.value instanceof DynamicValue) {
      return this.cacheSet(TABINDEX, 0);
    }
    const parsed = Math.trunc(Number(tabindex.value));
    if (Number.isNaN(parsed)) {
      return this.cacheSet(TABINDEX, null);
    }
    return this.cacheSet(TABINDEX, parsed);
  }
  /**
   * Read-only property with the type of the text content of this
   * element.
   *
   * @internal
   */
  get textType() {
    const tagName = this.tagName.toLowerCase();
    if (tagName === "script") {
      return "script";
    }
    if (tagName === "style") {
      return "css";
    }
    return "text";
  }
  /**
   * Get a list of all attributes on this node.
   */
  get attributes() {
    return Object.values(this.attr).reduce((result, cur) => {
      return result.concat(cur);
    }, []);
  }
  hasAttribute(key) {
    key = key.toLowerCase();
    return Object.hasOwn(this.attr, key);
  }
  getAttribute(key, all = false) {
    key = key.toLowerCase();
    if (Object.hasOwn(this.attr, key)) {
      const matches = this.attr[key];
      return all ? matches : matches[0];
    }
    return all ? [] : null;
  }
  /**
   * Get attribute value.
   *
   * Returns the attribute value if present.
   *
   * - Missing attributes return `null`.
   * - Boolean attributes return `null`.
   * - `DynamicValue` returns attribute expression.
   *
   * @param key - Attribute name
   * @returns Attribute value or null.
   */
  getAttributeValue(key) {
    const attr = this.getAttribute(key);
    if (attr) {
      return attr.value !== null ? attr.value.toString() : null;
    }
    return null;
  }
  appendText(text, location) {
    if (typeof text !== "string") {
      if ("dynamic" in text) {
        text = new DynamicValue(text.dynamic);
      } else {
        text = new DynamicValue(text.expr);
      }
    }
    this.childNodes.push(new TextNode(text, location));
  }
  /**
   * Return a list of all known classes on the element. Dynamic values are
   * ignored.
   */
  get classList() {
    if (!this.hasAttribute("class")) {
      return new DOMTokenList(null, null);
    }
    const classes = this.getAttribute("class", true).filter((attr) => attr.isStatic).map((attr) => attr.value).join(" ");
    return new DOMTokenList(classes, null);
  }
  /**
   * Get element ID if present.
   */
  get id() {
    return this.getAttributeValue("id");
  }
  get style() {
    const attr = this.getAttribute("style");
    return parseCssDeclaration(attr?.value);
  }
  /**
   * Returns the first child element or null if there are no child elements.
   */
  get firstElementChild() {
    const children = this.childElements;
    return children.length > 0 ? children[0] : null;
  }
  /**
   * Returns the last child element or null if there are no child elements.
   */
  get lastElementChild() {
    const children = this.childElements;
    return children.length > 0 ? (
      /* eslint-disable-next-line @typescript-eslint/no-non-null-assertion -- it is checked right before this */
      children.at(-1)
    ) : null;
  }
  get siblings() {
    return this.parent ? this.parent.childElements : [this];
  }
  get previousSibling() {
    const i = this.siblings.findIndex((node) => node.unique === this.unique);
    return i >= 1 ? this.siblings[i - 1] : null;
  }
  get nextSibling() {
    const i = this.siblings.findIndex((node) => node.unique === this.unique);
    return i <= this.siblings.length - 2 ? this.siblings[i + 1] : null;
  }
  getElementsByTagName(tagName) {
    const matches = [];
    this.collectByTagName(tagName, matches);
    return matches;
  }
  collectByTagName(tagName, matches) {
    for (const node of this.childElements) {
      if (node.is(tagName)) {
        matches.push(node);
      }
      node.collectByTagName(tagName, matches);
    }
  }
  querySelector(selector) {
    const it = this.querySelectorImpl(selector);
    const next = it.next();
    if (next.done) {
      return null;
    }
    return next.value;
  }
  querySelectorAll(selector) {
    const it = this.querySelectorImpl(selector);
    const unique = new Set(it);
    return Array.from(unique);
  }
  *querySelectorImpl(selectorList) {
    if (!selectorList) {
      return;
    }
    for (const selectorString of selectorList.split(/(?<!\\),\s*/)) {
      const selector = parseSelector(selectorString);
      yield* selector.match(this);
    }
  }
  /**
   * Evaluates callbackk on all descendants, returning true if any are true.
   *
   * @internal
   */
  someChildren(callback) {
    return this.childElements.some(visit);
    function visit(node) {
      if (callback(node)) {
        return true;
      }
      return node.childElements.some(visit);
    }
  }
  /**
   * Evaluates callbackk on all descendants, returning true if all are true.
   *
   * @internal
   */
  everyChildren(callback) {
    return this.childElements.every(visit);
    function visit(node) {
      if (!callback(node)) {
        return false;
      }
      return node.childElements.every(visit);
    }
  }
  /**
   * Visit all nodes from this node and down. Breadth first.
   *
   * The first node for which the callback evaluates to true is returned.
   *
   * @internal
   */
  find(callback) {
    function visit(node) {
      if (callback(node)) {
        return node;
      }
      for (const child of node.childElements) {
        const match = child.find(callback);
        if (match) {
          return match;
        }
      }
      return null;
    }
    return visit(this);
  }
  append(node) {
    super.append(node);
    this.cacheRemove(CHILD_ELEMENTS);
  }
  insertBefore(node, reference) {
    super.insertBefore(node, reference);
    this.cacheRemove(CHILD_ELEMENTS);
  }
  removeChild(node) {
    return super.removeChild(node);
  }
  /**
   * @internal
   */
  _setParent(node) {
    const oldParent = this._parent;
    this._parent = node instanceof HtmlElement ? node : null;
    oldParent?.cacheRemove(CHILD_ELEMENTS);
    return oldParent;
  }
}
function isClosed(endToken, meta) {
  let closed = Node.CLOSED_OPEN;
  if (meta?.void) {
    closed = Node.CLOSED_VOID_OMITTED;
  }
  if (endToken.data[0] === "/>") {
    closed = Node.CLOSED_VOID_SELF_CLOSED;
  }
  return closed;
}

function isDOMTree(value) {
  return "root" in value && "readyState" in value;
}
function depthFirst(root, callback) {
  if (isDOMTree(root)) {
    if (root.readyState !== "complete") {
      throw new Error(`Cannot call walk.depthFirst(..) before document is ready`);
    }
    root = root.root;
  }
  function visit(node) {
    for (const child of node.childElements) {
      visit(child);
    }
    if (!node.isRootElement()) {
      callback(node);
    }
  }
  visit(root);
}
const walk = {
  depthFirst
};

class DOMTree {
  root;
  active;
  _readyState;
  doctype;
  /**
   * @internal
   */
  constructor(location) {
    this.root = HtmlElement.rootNode(location);
    this.active = this.root;
    this.doctype = null;
    this._readyState = "loading";
  }
  /**
   * @internal
   */
  pushActive(node) {
    this.active = node;
  }
  /**
   * @internal
   */
  popActive() {
    if (this.active.isRootElement()) {
      return;
    }
    this.active = this.active.parent ?? this.root;
  }
  /**
   * @internal
   */
  getActive() {
    return this.active;
  }
  /**
   * Describes the loading state of the document.
   *
   * When `"loading"` it is still not safe to use functions such as
   * `querySelector` or presence of attributes, child nodes, etc.
   */
  get readyState() {
    return this._readyState;
  }
  /**
   * Resolve dynamic meta expressions.
   *
   * @internal
   */
  resolveMeta(table) {
    this._readyState = "complete";
    walk.depthFirst(this, (node) => {
      table.resolve(node);
    });
  }
  getElementsByTagName(tagName) {
    return this.root.getElementsByTagName(tagName);
  }
  querySelector(selector) {
    return this.root.querySelector(selector);
  }
  querySelectorAll(selector) {
    return this.root.querySelectorAll(selector);
  }
}

const allowedKeys = /* @__PURE__ */ new Set(["exclude"]);
class Validator {
  /**
   * Test if element is used in a proper context.
   *
   * @param node - Element to test.
   * @param rules - List of rules.
   * @returns `true` if element passes all tests.
   */
  static validatePermitted(node, rules) {
    if (!rules) {
      return true;
    }
    return rules.some((rule) => {
      return this.validatePermittedRule(node, rule);
    });
  }
  /**
   * Test if an element is used the correct amount of times.
   *
   * For instance, a `<table>` element can only contain a single `<tbody>`
   * child. If multiple `<tbody>` exists this test will fail both nodes.
   * Note that this is called on the parent but will fail the children violating
   * the rule.
   *
   * @param children - Array of children to validate.
   * @param rules - List of rules of the parent element.
   * @returns `true` if the parent element of the children passes the test.
   */
  static validateOccurrences(children, rules, cb) {
    if (!rules) {
      return true;
    }
    let valid = true;
    for (const rule of rules) {
      if (typeof rule !== "string") {
        return false;
      }
      const [, category, quantifier] = /^(@?.*?)([*?]?)$/.exec(rule);
      const limit = category && quantifier && parseQuantifier(quantifier);
      if (!limit) {
        continue;
      }
      const siblings = children.filter((cur) => this.validatePermittedCategory(cur, rule, true));
      if (siblings.length <= limit) {
        continue;
      }
      for (const child of siblings.slice(limit)) {
        cb(child, category);
      }
      valid = false;
    }
    return valid;
  }
  /**
   * Validate elements order.
   *
   * Given a parent element with children and metadata containing permitted
   * order it will validate each children and ensure each one exists in the
   * specified order.
   *
   * For instance, for a `<table>` element the `<caption>` element must come
   * before a `<thead>` which must come before `<tbody>`.
   *
   * @param children - Array of children to validate.
   */
  static validateOrder(children, rules, cb) {
    if (!rules) {
      return true;
    }
    let i = 0;
    let prev = null;
    for (const node of children) {
      const old = i;
      while (rules[i] && !this.validatePermittedCategory(node, rules[i], true)) {
        i++;
      }
      if (i >= rules.length) {
        const orderSpecified = rules.some(
          (cur) => this.validatePermittedCategory(node, cur, true)
        );
        if (orderSpecified) {
          cb(node, prev);
          return false;
        }
        i = old;
      }
      prev = node;
    }
    return true;
  }
  /**
   * Validate element ancestors.
   *
   * Check if an element has the required set of elements. At least one of the
   * selectors must match.
   */
  static validateAncestors(node, rules) {
    if (!rules || rules.length === 0) {
      return true;
    }
    return rules.some((rule) => node.closest(rule));
  }
  /**
   * Validate element required content.
   *
   * Check if an element has the required set of elements. At least one of the
   * selectors must match.
   *
   * Returns `[]` when valid or a list of required but missing tagnames or
   * categories.
   */
  static validateRequiredContent(node, rules) {
    if (!rules || rules.length === 0) {
      return [];
    }
    return rules.filter((tagName) => {
      const haveMatchingChild = node.childElements.some(
        (child) => this.validatePermittedCategory(child, tagName, false)
      );
      return !haveMatchingChild;
    });
  }
  /**
   * Test if an attribute has an allowed value and/or format.
   *
   * @param attr - Attribute to test.
   * @param rules - Element attribute metadta.
   * @returns `true` if attribute passes all tests.
   */
  static validateAttribute(attr, rules) {
    const rule = rules[attr.key];
    if (!rule) {
      return true;
    }
    const value = attr.value;
    if (value instanceof DynamicValue) {
      return true;
    }
    const empty = value === null || value === "";
    if (rule.boolean) {
      return empty || value === attr.key;
    }
    if (rule.omit && empty) {
      return true;
    }
    if (rule.list) {
      const tokens = new DOMTokenList(value, attr.valueLocation);
      return tokens.every((token) => {
        return this.validateAttributeValue(token, rule);
      });
    }
    return this.validateAttributeValue(value, rule);
  }
  static validateAttributeValue(value, rule) {
    if (!rule.enum) {
      return true;
    }
    if (value === null) {
      return false;
    }
    const caseInsensitiveValue = value.toLowerCase();
    return rule.enum.some((entry) => {
      if (typeof entry === "string") {
        return caseInsensitiveValue === entry;
      }
      if (entry instanceof RegExp) {
        return entry.test(value);
      }
      if (entry.pattern instanceof RegExp) {
        return entry.pattern.test(value);
      }
      throw new TypeError("RegExp was not precompiled when it should have been");
    });
  }
  static validatePermittedRule(node, rule, isExclude = false) {
    if (typeof rule === "string") {
      return this.validatePermittedCategory(node, rule, !isExclude);
    }
    if (Array.isArray(rule)) {
      return rule.every((inner) => {
        return this.validatePermittedRule(node, inner, isExclude);
      });
    }
    validateKeys(rule);
    if (rule.exclude) {
      if (Array.isArray(rule.exclude)) {
        return rule.exclude.every((inner) => {
          return !this.validatePermittedRule(node, inner, true);
        });
      }
      return !this.validatePermittedRule(node, rule.exclude, true);
    }
    return true;
  }
  /**
   * Validate node against a content category.
   *
   * When matching parent nodes against permitted parents use the superset
   * parameter to also match for `@flow`. E.g. if a node expects a `@phrasing`
   * parent it should also allow `@flow` parent since `@phrasing` is a subset of
   * `@flow`.
   *
   * @param node - The node to test against
   * @param category - Name of category with `@` prefix or tag name.
   * @param defaultMatch - The default return value when node categories is not known.
   */
  /* eslint-disable-next-line complexity -- rule does not like switch */
  static validatePermittedCategory(node, category, defaultMatch) {
    const [, rawCategory] = /^(@?.*?)[*?]?$/.exec(category);
    if (!rawCategory.startsWith("@")) {
      return node.matches(rawCategory);
    }
    if (!node.meta) {
      return defaultMatch;
    }
    switch (rawCategory) {
      case "@meta":
        return node.meta.metadata;
      case "@flow":
        return node.meta.flow;
      case "@sectioning":
        return node.meta.sectioning;
      case "@heading":
        return node.meta.heading;
      case "@phrasing":
        return node.meta.phrasing;
      case "@embedded":
        return node.meta.embedded;
      case "@interactive":
        return node.meta.interactive;
      case "@script":
        return Boolean(node.meta.scriptSupporting);
      case "@form":
        return Boolean(node.meta.form);
      default:
        throw new Error(`Invalid content category "${category}"`);
    }
  }
}
function validateKeys(rule) {
  for (const key of Object.keys(rule)) {
    if (allowedKeys.has(key)) {
      continue;
    }
    const str = JSON.stringify(rule);
    throw new Error(`Permitted rule "${str}" contains unknown property "${key}"`);
  }
}
function parseQuantifier(quantifier) {
  switch (quantifier) {
    case "?":
      return 1;
    case "*":
      return null;
    // istanbul ignore next
    default:
      throw new Error(`Invalid quantifier "${quantifier}" used`);
  }
}

var Severity = /* @__PURE__ */ ((Severity2) => {
  Severity2[Severity2["DISABLED"] = 0] = "DISABLED";
  Severity2[Severity2["WARN"] = 1] = "WARN";
  Severity2[Severity2["ERROR"] = 2] = "ERROR";
  return Severity2;
})(Severity || {});
function parseSeverity(value) {
  switch (value) {
    case 0:
    case "off":
      return 0 /* DISABLED */;
    case 1:
    case "warn":
      return 1 /* WARN */;
    case 2:
    case "error":
      return 2 /* ERROR */;
    default:
      throw new Error(`Invalid severity "${String(value)}"`);
  }
}

const cacheKey = /* @__PURE__ */ Symbol("aria-naming");
const defaultValue = "allowed";
const prohibitedRoles = /* @__PURE__ */ new Set([
  "caption",
  "code",
  "deletion",
  "emphasis",
  "generic",
  "insertion",
  "paragraph",
  "presentation",
  "strong",
  "subscript",
  "superscript"
]);
function byRole(role) {
  return prohibitedRoles.has(role) ? "prohibited" : "allowed";
}
function byMeta(element, meta) {
  return meta.aria.naming(element._adapter);
}
function ariaNaming(element) {
  const cached = element.cacheGet(cacheKey);
  if (cached) {
    return cached;
  }
  const role = element.getAttribute("role")?.value;
  if (role) {
    if (role instanceof DynamicValue) {
      return element.cacheSet(cacheKey, defaultValue);
    }
    return element.cacheSet(cacheKey, byRole(role));
  }
  const meta = element.meta;
  if (!meta) {
    return element.cacheSet(cacheKey, defaultValue);
  }
  return element.cacheSet(cacheKey, byMeta(element, meta));
}

const FOREIGN_CACHE = Symbol(isForeign.name);
function isForeign(node) {
  if (!node) {
    return false;
  }
  const cached = node.cacheGet(FOREIGN_CACHE);
  if (cached !== void 0) {
    return cached;
  }
  const parent = node.parent;
  const result = Boolean(node.meta?.foreign) || isForeign(parent);
  return node.cacheSet(FOREIGN_CACHE, result);
}

const INPUT_DISABLED_CACHE = Symbol(isInputDisabled.name);
function isInputDisabled(node, details) {
  const cached = node.cacheGet(INPUT_DISABLED_CACHE);
  if (cached) {
    return details ? cached : cached.byFieldset || cached.bySelf;
  }
  const result = node.cacheSet(INPUT_DISABLED_CACHE, isInputDisabledImpl(node));
  return details ? result : result.byFieldset || result.bySelf;
}
function isInputDisabledImpl(node) {
  const hasDisabledAttr = (node2) => {
    const disabled = node2.getAttribute("disabled");
    return Boolean(disabled?.isStatic);
  };
  const hasDisabledFieldset = (node2) => {
    const fieldset = node2.closest("fieldset[disabled]");
    const disabled = fieldset?.getAttribute("disabled");
    return Boolean(disabled?.isStatic);
  };
  return {
    byFieldset: hasDisabledFieldset(node),
    bySelf: hasDisabledAttr(node)
  };
}

const patternCache = /* @__PURE__ */ new Map();
function compileStringPattern(pattern) {
  const regexp = pattern.replaceAll(/\*+/g, ".+");
  return new RegExp(`^${regexp}$`);
}
function compileRegExpPattern(pattern) {
  return new RegExp(`^${pattern}$`);
}
function compilePattern(pattern) {
  const cached = patternCache.get(pattern);
  if (cached) {
    return cached;
  }
  const match = /^\/(.*)\/$/.exec(pattern);
  const regexp = match ? compileRegExpPattern(match[1]) : compileStringPattern(pattern);
  patternCache.set(pattern, regexp);
  return regexp;
}
function keywordPatternMatcher(list, keyword) {
  for (const pattern of list) {
    const regexp = compilePattern(pattern);
    if (regexp.test(keyword)) {
      return true;
    }
  }
  return false;
}
function isKeywordIgnored(options, keyword, matcher = (list, it) => list.includes(it)) {
  const { include, exclude } = options;
  if (include && !matcher(include, keyword)) {
    return true;
  }
  if (exclude && matcher(exclude, keyword)) {
    return true;
  }
  return false;
}

function isPatternAttribute(attrName, dynamicAttributes) {
  return dynamicAttributes.some((entry) => entry.regexp.test(attrName));
}

const ARIA_HIDDEN_CACHE = Symbol(isAriaHidden.name);
const HTML_HIDDEN_CACHE = Symbol(isHTMLHidden.name);
const INERT_CACHE = Symbol(isInert.name);
const ROLE_PRESENTATION_CACHE = Symbol(isPresentation.name);
const STYLE_HIDDEN_CACHE = Symbol(isStyleHidden.name);
function inAccessibilityTree(node) {
  if (isAriaHidden(node)) {
    return false;
  }
  if (isPresentation(node)) {
    return false;
  }
  if (isHTMLHidden(node)) {
    return false;
  }
  if (isInert(node)) {
    return false;
  }
  if (isStyleHidden(node)) {
    return false;
  }
  return true;
}
function isAriaHiddenImpl(node) {
  const getAriaHiddenAttr = (node2) => {
    const ariaHidden = node2.getAttribute("aria-hidden");
    return ariaHidden?.value === "true";
  };
  return {
    byParent: node.parent ? isAriaHidden(node.parent) : false,
    bySelf: getAriaHiddenAttr(node)
  };
}
function isAriaHidden(node, details) {
  const cached = node.cacheGet(ARIA_HIDDEN_CACHE);
  if (cached) {
    return details ? cached : cached.byParent || cached.bySelf;
  }
  const result = node.cacheSet(ARIA_HIDDEN_CACHE, isAriaHiddenImpl(node));
  return details ? result : result.byParent || result.bySelf;
}
function isHTMLHiddenImpl(node) {
  const getHiddenAttr = (node2) => {
    const hidden = node2.getAttribute("hidden");
    return Boolean(hidden?.isStatic);
  };
  return {
    byParent: node.parent ? isHTMLHidden(node.parent) : false,
    bySelf: getHiddenAttr(node)
  };
}
function isHTMLHidden(node, details) {
  const cached = node.cacheGet(HTML_HIDDEN_CACHE);
  if (cached) {
    return details ? cached : cached.byParent || cached.bySelf;
  }
  const result = node.cacheSet(HTML_HIDDEN_CACHE, isHTMLHiddenImpl(node));
  return details ? result : result.byParent || result.bySelf;
}
function isInertImpl(node) {
  const getInertAttr = (node2) => {
    const inert = node2.getAttribute("inert");
    return Boolean(inert?.isStatic);
  };
  return {
    byParent: node.parent ? isInert(node.parent) : false,
    bySelf: getInertAttr(node)
  };
}
function isInert(node, details) {
  const cached = node.cacheGet(INERT_CACHE);
  if (cached) {
    return details ? cached : cached.byParent || cached.bySelf;
  }
  const result = node.cacheSet(INERT_CACHE, isInertImpl(node));
  return details ? result : result.byParent || result.bySelf;
}
function isStyleHiddenImpl(node) {
  const getStyleAttr = (node2) => {
    const style = node2.getAttribute("style");
    const { display, visibility } = parseCssDeclaration(style?.value);
    return display === "none" || visibility === "hidden";
  };
  const byParent = node.parent ? isStyleHidden(node.parent) : false;
  const bySelf = getStyleAttr(node);
  return byParent || bySelf;
}
function isStyleHidden(node) {
  const cached = node.cacheGet(STYLE_HIDDEN_CACHE);
  if (cached) {
    return cached;
  }
  return node.cacheSet(STYLE_HIDDEN_CACHE, isStyleHiddenImpl(node));
}
function isPresentation(node) {
  if (node.cacheExists(ROLE_PRESENTATION_CACHE)) {
    return Boolean(node.cacheGet(ROLE_PRESENTATION_CACHE));
  }
  const meta = node.meta;
  if (meta?.interactive) {
    return node.cacheSet(ROLE_PRESENTATION_CACHE, false);
  }
  const tabindex = node.getAttribute("tabindex");
  if (tabindex) {
    return node.cacheSet(ROLE_PRESENTATION_CACHE, false);
  }
  const role = node.getAttribute("role");
  if (role && (role.value === "presentation" || role.value === "none")) {
    return node.cacheSet(ROLE_PRESENTATION_CACHE, true);
  }
  return node.cacheSet(ROLE_PRESENTATION_CACHE, false);
}

const cachePrefix = classifyNodeText.name;
const HTML_CACHE_KEY = /* @__PURE__ */ Symbol(`${cachePrefix}|html`);
const A11Y_CACHE_KEY = /* @__PURE__ */ Symbol(`${cachePrefix}|a11y`);
const IGNORE_HIDDEN_ROOT_HTML_CACHE_KEY = /* @__PURE__ */ Symbol(`${cachePrefix}|html|ignore-hidden-root`);
const IGNORE_HIDDEN_ROOT_A11Y_CACHE_KEY = /* @__PURE__ */ Symbol(`${cachePrefix}|a11y|ignore-hidden-root`);
var TextClassification = /* @__PURE__ */ ((TextClassification2) => {
  TextClassification2[TextClassification2["EMPTY_TEXT"] = 0] = "EMPTY_TEXT";
  TextClassification2[TextClassification2["DYNAMIC_TEXT"] = 1] = "DYNAMIC_TEXT";
  TextClassification2[TextClassification2["STATIC_TEXT"] = 2] = "STATIC_TEXT";
  return TextClassification2;
})(TextClassification || {});
function getCachekey(options) {
  const { accessible = false, ignoreHiddenRoot = false } = options;
  if (accessible && ignoreHiddenRoot) {
    return IGNORE_HIDDEN_ROOT_A11Y_CACHE_KEY;
  }
  if (ignoreHiddenRoot) {
    return IGNORE_HIDDEN_ROOT_HTML_CACHE_KEY;
  }
  if (accessible) {
    return A11Y_CACHE_KEY;
  }
  return HTML_CACHE_KEY;
}
function isSpecialEmpty(node) {
  return node.is("select") || node.is("textarea");
}
function classifyNodeText(node, options = {}) {
  const { accessible = false, ignoreHiddenRoot = false } = options;
  const cacheKey = getCachekey(options);
  if (node.cacheExists(cacheKey)) {
    return node.cacheGet(cacheKey);
  }
  if (!ignoreHiddenRoot && isHTMLHidden(node)) {
    return node.cacheSet(cacheKey, 0 /* EMPTY_TEXT */);
  }
  if (!ignoreHiddenRoot && accessible && isAriaHidden(node)) {
    return node.cacheSet(cacheKey, 0 /* EMPTY_TEXT */);
  }
  if (isSpecialEmpty(node)) {
    return node.cacheSet(cacheKey, 0 /* EMPTY_TEXT */);
  }
  const text = findTextNodes(node, {
    ...options});
  if (text.some((cur) => cur.isDynamic)) {
    return node.cacheSet(cacheKey, 1 /* DYNAMIC_TEXT */);
  }
  if (text.some((cur) => /\S/.exec(cur.textContent) !== null)) {
    return node.cacheSet(cacheKey, 2 /* STATIC_TEXT */);
  }
  return node.cacheSet(cacheKey, 0 /* EMPTY_TEXT */);
}
function findTextNodes(node, options) {
  const { accessible = false } = options;
  const text = [];
  for (const child of node.childNodes) {
    if (isTextNode(child)) {
      text.push(child);
    } else if (isElementNode(child)) {
      if (isHTMLHidden(child, true).bySelf) {
        continue;
      }
      if (accessible && isAriaHidden(child, true).bySelf) {
        continue;
      }
      text.push(...findTextNodes(child, options));
    }
  }
  return text;
}

function hasAltText(image) {
  const alt = image.getAttribute("alt");
  if (!alt) {
    return false;
  }
  if (alt.value === null) {
    return false;
  }
  return alt.isDynamic || alt.value.toString() !== "";
}

function hasAriaLabel(node) {
  const label = node.getAttribute("aria-label");
  if (!label) {
    return false;
  }
  if (label.value === null) {
    return false;
  }
  return label.isDynamic || label.value.toString() !== "";
}

function partition(values, predicate) {
  const initial = [[], []];
  return values.reduce((accumulator, value, index) => {
    const match = predicate(value, index, values);
    accumulator[match ? 0 : 1].push(value);
    return accumulator;
  }, initial);
}

function escape(value) {
  return JSON.stringify(value);
}
function format(value, quote = false) {
  if (value === null || value === void 0) {
    return "null";
  }
  if (typeof value === "number") {
    return value.toString();
  }
  if (typeof value === "string") {
    return quote ? escape(value) : value;
  }
  if (Array.isArray(value)) {
    const content = value.map((it) => format(it, true)).join(", ");
    return `[ ${content} ]`;
  }
  if (typeof value === "object") {
    const content = Object.entries(value).map(([key, nested]) => `${key}: ${format(nested, true)}`).join(", ");
    return `{ ${content} }`;
  }
  return String(value);
}
function interpolate(text, data) {
  return text.replaceAll(/\{\{\s*([^\s{}]+)\s*\}\}/g, (match, key) => {
    return data[key] !== void 0 ? format(data[key]) : match;
  });
}

const ajv$1 = (() => {
  const ajv2 = new Ajv__default.default({ strict: true, strictTuples: true, strictTypes: true });
  ajv2.addMetaSchema(ajvSchemaDraft);
  ajv2.addKeyword(ajvRegexpKeyword);
  return ajv2;
})();
function getSchemaValidator(ruleId, properties) {
  const $id = `rule/${ruleId}`;
  const cached = ajv$1.getSchema($id);
  if (cached) {
    return cached;
  }
  const schema = {
    $id,
    type: "object",
    additionalProperties: false,
    properties
  };
  return ajv$1.compile(schema);
}
function isErrorDescriptor(value) {
  return Boolean(value[0] && value[0]["message"]);
}
function unpackErrorDescriptor(value) {
  if (isErrorDescriptor(value)) {
    return value[0];
  }
  const [node, message, location, context] = value;
  return { node, message, location, context };
}
class Rule {
  reporter;
  parser;
  meta;
  ariaVersion;
  ariaData;
  enabled;
  // rule enabled/disabled, irregardless of severity
  blockers;
  severity;
  // rule severity
  event;
  tracker;
  /**
   * Rule name. Defaults to filename without extension but can be overwritten by
   * subclasses.
   */
  name;
  /**
   * Rule options.
   */
  options;
  constructor(options) {
    this.reporter = null;
    this.parser = null;
    this.meta = null;
    this.ariaVersion = null;
    this.ariaData = null;
    this.event = null;
    this.options = options;
    this.enabled = true;
    this.blockers = [];
    this.severity = Severity.DISABLED;
    this.name = "";
    this.tracker = null;
  }
  getSeverity() {
    return this.severity;
  }
  /**
   * Get the configured ARIA specification version.
   *
   * @public
   * @since 11.21.0
   * @returns The configured ARIA version, including `latest` when configured.
   */
  getAriaVersion() {
    return this.ariaVersion;
  }
  /**
   * Check if an ARIA role is defined in the configured specification version.
   *
   * @param role - Role name to check.
   * @returns `true` if the role is defined.
   *
   * @public
   * @since 11.20.0
   */
  isValidAriaRole(role) {
    return this.ariaData.isValidRole(role);
  }
  getAriaRoleData(role) {
    return this.ariaData.getRoleData(role);
  }
  /**
   * Iterate over ARIA role metadata in the configured specification version.
   *
   * @public
   * @since 11.21.0
   * @param predicate - Optional predicate selecting roles to yield.
   * @returns A generator yielding role metadata. The predicate is evaluated lazily.
   */
  *getAriaRoles(predicate = () => true) {
    for (const role of Object.values(this.ariaData.default)) {
      if (!role) {
        continue;
      }
      if (!predicate(role)) {
        continue;
      }
      yield role;
    }
  }
  setServerity(severity) {
    this.severity = severity;
  }
  /**
   * Block this rule from generating errors. Pass in an id generated by
   * `createBlocker`. Can be unblocked by {@link Rule.unblock}.
   *
   * A blocked rule is similar to disabling it but it will still receive parser
   * events. A list of all blockers is passed to the `rule:error` event.
   *
   * @internal
   */
  block(id) {
    this.blockers.push(id);
  }
  /**
   * Unblock a rule previously blocked by {@link Rule.block}.
   *
   * @internal
   */
  unblock(id) {
    this.blockers = this.blockers.filter((it) => it !== id);
  }
  setEnabled(enabled) {
    this.enabled = enabled;
  }
  /**
   * Returns `true` if rule is deprecated.
   *
   * Overridden by subclasses.
   */
  get deprecated() {
    return false;
  }
  /**
   * Test if rule is enabled.
   *
   * To be considered enabled the enabled flag must be true and the severity at
   * least warning.
   *
   * @internal
   */
  isEnabled(node) {
    return this.enabled && this.severity >= Severity.WARN && (!node || node.ruleEnabled(this.name));
  }
  /**
   * Test if rule is enabled.
   *
   * To be considered enabled the enabled flag must be true and the severity at
   * least warning.
   *
   * @internal
   */
  isBlocked(node) {
    if (this.blockers.length > 0) {
      return true;
    }
    if (node && node.ruleBlockers(this.name).length > 0) {
      return true;
    }
    return false;
  }
  /**
   * Get a list of all blockers currently active this rule.
   *
   * @internal
   */
  getBlockers(node) {
    return [...this.blockers, ...node ? node.ruleBlockers(this.name) : []];
  }
  /**
   * Check if keyword is being ignored by the current rule configuration.
   *
   * This method requires the [[RuleOption]] type to include two properties:
   *
   * - include: string[] | null
   * - exclude: string[] | null
   *
   * This methods checks if the given keyword is included by "include" but not
   * excluded by "exclude". If any property is unset it is skipped by the
   * condition. Usually the user would use either one but not both but there is
   * no limitation to use both but the keyword must satisfy both conditions. If
   * either condition fails `true` is returned.
   *
   * For instance, given `{ include: ["foo"] }` the keyword `"foo"` would match
   * but not `"bar"`.
   *
   * Similarly, given `{ exclude: ["foo"] }` the keyword `"bar"` would match but
   * not `"foo"`.
   *
   * @param keyword - Keyword to match against `include` and `exclude` options.
   * @param matcher - Optional function to compare items with.
   * @returns `true` if keyword is not present in `include` or is present in
   * `exclude`.
   */
  isKeywordIgnored(keyword, matcher = (list, it) => list.includes(it)) {
    return isKeywordIgnored(this.options, keyword, matcher);
  }
  /**
   * Get [[MetaElement]] for the given tag. If no specific metadata is present
   * the global metadata is returned or null if no global is present.
   *
   * @public
   * @returns A shallow copy of metadata.
   */
  getMetaFor(tagName) {
    return this.meta.getMetaFor(tagName);
  }
  /**
   * Find all tags which has enabled given property.
   */
  getTagsWithProperty(propName) {
    return this.meta.getTagsWithProperty(propName);
  }
  /**
   * Find tag matching tagName or inheriting from it.
   */
  getTagsDerivedFrom(tagName) {
    return this.meta.getTagsDerivedFrom(tagName);
  }
  /**
   * JSON schema for rule options.
   *
   * Rules should override this to return an object with JSON schema to validate
   * rule options. If `null` or `undefined` is returned no validation is
   * performed.
   */
  static schema() {
    return null;
  }
  /**
   * Whether this rule supports autofixing or not.
   *
   * Rules must override this to `true` before supplying the `fix` callback when reporting errors.
   */
  static fixable = false;
  report(...args) {
    const { node, message, location, context, related, fix, suggestions } = unpackErrorDescriptor(args);
    const ctor = this.constructor;
    if (fix && !ctor.fixable) {
      throw new Error(
        `Rule "${this.name}" reported a fix but is not marked as fixable. Set 'static fixable = true' on the rule class.`
      );
    }
    const enabled = this.isEnabled(node);
    const blocked = this.isBlocked(node);
    const where = this.findLocation({ node, location, event: this.event });
    this.parser.trigger("rule:error", {
      location: where,
      ruleId: this.name,
      enabled,
      blockers: this.getBlockers(node)
    });
    if (!enabled || blocked) {
      return;
    }
    const interpolated = interpolate(message, context ?? {});
    this.reporter.add({
      rule: this,
      message: interpolated,
      severity: this.severity,
      node,
      location: where,
      related,
      fix,
      suggestions,
      context
    });
  }
  findLocation(src) {
    if (src.location) {
      return src.location;
    }
    if (src.event?.location) {
      return src.event.location;
    }
    if (src.node?.location) {
      return src.node.location;
    }
    return {
      line: 1,
      column: 1,
      offset: 0,
      size: 1
    };
  }
  on(event, ...args) {
    const callback = args.pop();
    const filter = args.pop() ?? (() => true);
    return this.parser.on(event, (_event, data) => {
      if (!this.isEnabled() || !filter(data)) {
        return;
      }
      this.event = data;
      const { tracker } = this;
      if (tracker) {
        const start = performance.now();
        callback(data);
        const end = performance.now();
        tracker.trackRule(this.name, end - start);
      } else {
        callback(data);
      }
    });
  }
  /**
   * Called by [[Engine]] when initializing the rule.
   *
   * Do not override this, use the `setup` callback instead.
   *
   * @internal
   */
  init(parser, reporter, severity, config) {
    this.parser = parser;
    this.reporter = reporter;
    this.severity = severity;
    this.meta = config.getMetaTable();
    this.ariaVersion = config.getAriaVersion();
    this.ariaData = config.getAriaData();
  }
  /**
   * Set (or clear) the performance tracker.
   *
   * @internal
   */
  setTracker(tracker) {
    this.tracker = tracker;
  }
  /**
   * Validate rule options against schema. Throws error if object does not validate.
   *
   * For rules without schema this function does nothing.
   *
   * @throws {@link SchemaValidationError}
   * Thrown when provided options does not validate against rule schema.
   *
   * @param cls - Rule class (constructor)
   * @param ruleId - Rule identifier
   * @param jsonPath - JSON path from which [[options]] can be found in [[config]]
   * @param options - User configured options to be validated
   * @param filename - Filename from which options originated
   * @param config - Configuration from which options originated
   *
   * @internal
   */
  /* eslint-disable-next-line @typescript-eslint/max-params -- technical debt */
  static validateOptions(cls, ruleId, jsonPath, options, filename, config) {
    if (!cls) {
      return;
    }
    const schema = cls.schema();
    if (!schema) {
      return;
    }
    const isValid = getSchemaValidator(ruleId, schema);
    if (isValid(options)) {
      return;
    }
    const errors = isValid.errors ?? [];
    const mapped = errors.map((error) => {
      error.instancePath = `${jsonPath}${error.instancePath}`;
      return error;
    });
    throw new SchemaValidationError(filename, `Rule configuration error`, config, schema, mapped);
  }
  /**
   * Rule documentation callback.
   *
   * Called when requesting additional documentation for a rule. Some rules
   * provide additional context to provide context-aware suggestions.
   *
   * @public
   * @virtual
   * @param context - Error context given by a reported error.
   * @returns Rule documentation and URL with additional details or `null` if no
   * additional documentation is available.
   */
  documentation(_context) {
    return null;
  }
}

const defaults$E = {
  allowExternal: true,
  allowRelative: true,
  allowAbsolute: true,
  allowBase: true
};
const mapping = {
  a: "href",
  img: "src",
  link: "href",
  script: "src"
};
const description = {
  ["external" /* EXTERNAL */]: "External links are not allowed by current configuration.",
  ["relative-base" /* RELATIVE_BASE */]: "Links relative to <base> are not allowed by current configuration.",
  ["relative-path" /* RELATIVE_PATH */]: "Relative links are not allowed by current configuration.",
  ["absolute" /* ABSOLUTE */]: "Absolute links are not allowed by current configuration.",
  ["anchor" /* ANCHOR */]: null
};
function parseAllow(value) {
  if (typeof value === "boolean") {
    return value;
  }
  return {
    /* eslint-disable security/detect-non-literal-regexp -- expected to be regexp  */
    include: value.include ? value.include.map((it) => new RegExp(it)) : null,
    exclude: value.exclude ? value.exclude.map((it) => new RegExp(it)) : null
    /* eslint-enable security/detect-non-literal-regexp */
  };
}
function matchList(value, list) {
  if (list.include?.every((it) => !it.test(value))) {
    return false;
  }
  if (list.exclude?.some((it) => it.test(value))) {
    return false;
  }
  return true;
}
class AllowedLinks extends Rule {
  allowExternal;
  allowRelative;
  allowAbsolute;
  constructor(options) {
    super({ ...defaults$E, ...options });
    this.allowExternal = parseAllow(this.options.allowExternal);
    this.allowRelative = parseAllow(this.options.allowRelative);
    this.allowAbsolute = parseAllow(this.options.allowAbsolute);
  }
  static schema() {
    const booleanOrObject = {
      anyOf: [
        { type: "boolean" },
        {
          type: "object",
          properties: {
            include: {
              type: "array",
              items: { type: "string" }
            },
            exclude: {
              type: "array",
              items: { type: "string" }
            }
          }
        }
      ]
    };
    return {
      allowExternal: { ...booleanOrObject },
      allowRelative: { ...booleanOrObject },
      allowAbsolute: { ...booleanOrObject },
      allowBase: { type: "boolean" }
    };
  }
  documentation(context) {
    const message = description[context] ?? "This link type is not allowed by current configuration";
    return {
      description: message,
      url: "https://html-validate.org/rules/allowed-links.html"
    };
  }
  setup() {
    this.on("attr", (event) => {
      if (!event.value || !this.isRelevant(event)) {
        return;
      }
      const link = event.value.toString();
      const style = this.getStyle(link);
      switch (style) {
        case "anchor" /* ANCHOR */:
          break;
        case "absolute" /* ABSOLUTE */:
          this.handleAbsolute(link, event, style);
          break;
        case "external" /* EXTERNAL */:
          this.handleExternal(link, event, style);
          break;
        case "relative-base" /* RELATIVE_BASE */:
          this.handleRelativeBase(link, event, style);
          break;
        case "relative-path" /* RELATIVE_PATH */:
          this.handleRelativePath(link, event, style);
          break;
      }
    });
  }
  isRelevant(event) {
    const { target, key, value } = event;
    if (value instanceof DynamicValue) {
      return false;
    }
    const attr = mapping[target.tagName];
    return Boolean(attr && attr === key);
  }
  getStyle(value) {
    if (/^(?:[a-z]+:)?\/\//.test(value)) {
      return "external" /* EXTERNAL */;
    }
    switch (value.at(0)) {
      /* /foo/bar */
      case "/":
        return "absolute" /* ABSOLUTE */;
      /* ../foo/bar */
      case ".":
        return "relative-path" /* RELATIVE_PATH */;
      /* #foo */
      case "#":
        return "anchor" /* ANCHOR */;
      /* foo/bar */
      default:
        return "relative-base" /* RELATIVE_BASE */;
    }
  }
  handleAbsolute(target, event, style) {
    const { allowAbsolute } = this;
    if (allowAbsolute === true) {
      return;
    }
    if (allowAbsolute === false) {
      this.report({
        node: event.target,
        message: "Link destination must not be absolute url",
        location: event.valueLocation,
        context: style
      });
    } else if (!matchList(target, allowAbsolute)) {
      this.report({
        node: event.target,
        message: "Absolute link to this destination is not allowed by current configuration",
        location: event.valueLocation,
        context: style
      });
    }
  }
  handleExternal(target, event, style) {
    const { allowExternal } = this;
    if (allowExternal === true) {
      return;
    }
    if (allowExternal === false) {
      this.report({
        node: event.target,
        message: "Link destination must not be external url",
        location: event.valueLocation,
        context: style
      });
    } else if (!matchList(target, allowExternal)) {
      this.report({
        node: event.target,
        message: "External link to this destination is not allowed by current configuration",
        location: event.valueLocation,
        context: style
      });
    }
  }
  handleRelativePath(target, event, style) {
    const { allowRelative } = this;
    if (allowRelative === true) {
      return false;
    }
    if (allowRelative === false) {
      this.report({
        node: event.target,
        message: "Link destination must not be relative url",
        location: event.valueLocation,
        context: style
      });
      return true;
    }
    if (!matchList(target, allowRelative)) {
      this.report({
        node: event.target,
        message: "Relative link to this destination is not allowed by current configuration",
        location: event.valueLocation,
        context: style
      });
      return true;
    }
    return false;
  }
  handleRelativeBase(target, event, style) {
    const { allowBase } = this.options;
    if (this.handleRelativePath(target, event, style)) {
      return;
    }
    if (!allowBase) {
      this.report({
        node: event.target,
        message: "Relative links must be relative to current folder",
        location: event.valueLocation,
        context: style
      });
    }
  }
}

const defaults$D = {
  accessible: true
};
function findByTarget(target, siblings) {
  return siblings.filter((it) => it.getAttributeValue("href") === target);
}
function getAltText(node) {
  return node.getAttributeValue("alt");
}
function getDescription$1(context) {
  switch (context) {
    case "missing-alt" /* MISSING_ALT */:
      return [
        "The `alt` attribute must be set (and not empty) when the `href` attribute is present on an `<area>` element.",
        "",
        "The attribute is used to provide an alternative text description for the area of the image map.",
        "The text should describe the purpose of area and the resource referenced by the `href` attribute.",
        "",
        "Either add the `alt` attribute or remove the `href` attribute."
      ];
    case "missing-href" /* MISSING_HREF */:
      return [
        "The `alt` attribute must not be set when the `href` attribute is missing on an `<area>` element.",
        "",
        "Either add the `href` attribute or remove the `alt` attribute."
      ];
  }
}
class AreaAlt extends Rule {
  constructor(options) {
    super({ ...defaults$D, ...options });
  }
  static schema() {
    return {
      accessible: {
        type: "boolean"
      }
    };
  }
  documentation(context) {
    return {
      description: getDescription$1(context).join("\n"),
      url: "https://html-validate.org/rules/area-alt.html"
    };
  }
  setup() {
    this.on("element:ready", this.isRelevant, (event) => {
      const { target } = event;
      const siblings = target.querySelectorAll("area");
      for (const child of siblings) {
        this.validateArea(child, siblings);
      }
    });
  }
  validateArea(area, siblings) {
    const { accessible } = this.options;
    const href = area.getAttribute("href");
    const alt = area.getAttribute("alt");
    if (href) {
      if (isDynamicAttribute(alt)) {
        return;
      }
      const target = area.getAttributeValue("href");
      const altTexts = accessible ? [getAltText(area)] : findByTarget(target, siblings).map(getAltText);
      if (!altTexts.some(Boolean)) {
        this.report({
          node: area,
          message: `"alt" attribute must be set and non-empty when the "href" attribute is present`,
          location: alt ? alt.keyLocation : href.keyLocation,
          context: "missing-alt" /* MISSING_ALT */
        });
      }
    } else if (alt) {
      this.report({
        node: area,
        message: `"alt" attribute cannot be used unless the "href" attribute is present`,
        location: alt.keyLocation,
        context: "missing-href" /* MISSING_HREF */
      });
    }
  }
  isRelevant(event) {
    const { target } = event;
    return target.is("map");
  }
}

class AriaHiddenBody extends Rule {
  documentation() {
    return {
      description: "`aria-hidden` must not be used on the `<body>` element as it makes the page inaccessible to assistive technology such as screenreaders",
      url: "https://html-validate.org/rules/aria-hidden-body.html"
    };
  }
  setup() {
    this.on("tag:ready", this.isRelevant, (event) => {
      const { target } = event;
      const attr = target.getAttribute("aria-hidden");
      if (!attr?.valueMatches("true", true)) {
        return;
      }
      this.report({
        node: target,
        message: "aria-hidden must not be used on <body>",
        location: attr.keyLocation
      });
    });
  }
  isRelevant(event) {
    return event.target.is("body");
  }
}

const defaults$C = {
  allowAnyNamable: false,
  elements: {
    include: null,
    exclude: null
  }
};
const allowlist = /* @__PURE__ */ new Set([
  /* landmark elements */
  "article",
  "aside",
  "footer",
  "form",
  "header",
  "main",
  "nav",
  "search",
  "section",
  /* other allowed elements */
  "area",
  "dialog",
  "fieldset",
  "figure",
  "iframe",
  "img",
  "summary",
  "table",
  "ul",
  "ol",
  "td",
  "th"
]);
function isValidUsage(target, meta) {
  const explicit = meta.attributes["aria-label"];
  if (explicit) {
    return true;
  }
  if (allowlist.has(target.tagName)) {
    return true;
  }
  if (target.hasAttribute("role")) {
    return true;
  }
  if (target.hasAttribute("tabindex")) {
    return true;
  }
  if (Boolean(meta.interactive) || Boolean(meta.labelable)) {
    return true;
  }
  return false;
}
class AriaLabelMisuse extends Rule {
  constructor(options) {
    super({ ...defaults$C, ...options });
  }
  static schema() {
    return {
      allowAnyNamable: {
        type: "boolean"
      },
      elements: {
        type: "object",
        properties: {
          include: {
            anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }]
          },
          exclude: {
            anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }]
          }
        },
        additionalProperties: false
      }
    };
  }
  documentation(context) {
    const valid = [
      "Interactive elements",
      "Labelable elements",
      "Landmark elements",
      "Elements with roles inheriting from widget",
      "`<area>`",
      "`<dialog>`",
      "`<form>` and `<fieldset>`",
      "`<iframe>`",
      "`<img>` and `<figure>`",
      "`<summary>`",
      "`<table>`, `<td>` and `<th>`"
    ];
    const lines = valid.map((it) => `- ${it}`);
    const url = "https://html-validate.org/rules/aria-label-misuse.html";
    if (context.allowsNaming) {
      return {
        description: [
          `\`${context.attr}\` is strictly allowed but is not recommended to be used on this element.`,
          `\`${context.attr}\` can only be used on:`,
          "",
          ...lines
        ].join("\n"),
        url
      };
    }
    return {
      description: [`\`${context.attr}\` can only be used on:`, "", ...lines].join("\n"),
      url
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const { document } = event;
      for (const target of document.querySelectorAll("[aria-label], [aria-labelledby]")) {
        const ariaLabel = target.getAttribute("aria-label");
        if (ariaLabel) {
          this.validateElement(target, ariaLabel, "aria-label");
        }
        const ariaLabelledby = target.getAttribute("aria-labelledby");
        if (ariaLabelledby) {
          this.validateElement(target, ariaLabelledby, "aria-labelledby");
        }
      }
    });
  }
  validateElement(target, attr, key) {
    if (!attr.value || attr.valueMatches("", false)) {
      return;
    }
    const meta = target.meta;
    if (!meta) {
      return;
    }
    if (this.shouldIgnoreElement(target)) {
      return;
    }
    if (isValidUsage(target, meta)) {
      return;
    }
    const allowsNaming = ariaNaming(target) === "allowed";
    if (allowsNaming && this.options.allowAnyNamable) {
      return;
    }
    const context = { attr: key, allowsNaming };
    if (allowsNaming) {
      this.report({
        node: target,
        location: attr.keyLocation,
        context,
        message: `"{{ attr }}" is strictly allowed but is not recommended to be used on this element`
      });
    } else {
      this.report({
        node: target,
        location: attr.keyLocation,
        context,
        message: `"{{ attr }}" cannot be used on this element`
      });
    }
  }
  shouldIgnoreElement(target) {
    return isKeywordIgnored(this.options.elements, target.tagName, keywordPatternMatcher);
  }
}

class ConfigError extends UserError {
  constructor(message, nested) {
    super(message, nested);
    this.name = "ConfigError";
  }
}

class CaseStyle {
  styles;
  /**
   * @param style - Name of a valid case style.
   */
  constructor(style, ruleId) {
    if (!Array.isArray(style)) {
      style = [style];
    }
    if (style.length === 0) {
      throw new ConfigError(`Missing style for ${ruleId} rule`);
    }
    this.styles = this.parseStyle(style, ruleId);
  }
  /**
   * Test if a text matches this case style.
   */
  match(text) {
    return this.styles.some((style) => text.match(style.pattern));
  }
  /**
   * Create an autofixer to correct the casing, if possible.
   */
  createFixer(location, text) {
    const replacement = this.convert(text);
    if (replacement === null) {
      return null;
    }
    return (fixer) => {
      fixer.replaceText(location, replacement);
    };
  }
  convert(text) {
    if (this.styles.length !== 1) {
      return null;
    }
    const [style] = this.styles;
    switch (style.id) {
      case "lowercase":
        return text.toLowerCase();
      case "uppercase":
        return text.toUpperCase();
      default:
        return null;
    }
  }
  get name() {
    const names = this.styles.map((style) => style.name);
    switch (this.styles.length) {
      case 1:
        return names[0];
      case 2:
        return names.join(" or ");
      default: {
        const last = names.slice(-1);
        const rest = names.slice(0, -1);
        return `${rest.join(", ")} or ${last[0]}`;
      }
    }
  }
  parseStyle(style, ruleId) {
    return style.map((cur) => {
      switch (cur.toLowerCase()) {
        case "lowercase":
          return { id: "lowercase", pattern: /^[a-z]*$/, name: "lowercase" };
        case "uppercase":
          return { id: "uppercase", pattern: /^[A-Z]*$/, name: "uppercase" };
        case "pascalcase":
          return { id: "pascalcase", pattern: /^[A-Z][A-Za-z]*$/, name: "PascalCase" };
        case "camelcase":
          return { id: "camelcase", pattern: /^[a-z][A-Za-z]*$/, name: "camelCase" };
        default:
          throw new ConfigError(`Invalid style "${cur}" for ${ruleId} rule`);
      }
    });
  }
}

const defaults$B = {
  style: "lowercase",
  ignoreForeign: true
};
class AttrCase extends Rule {
  style;
  constructor(options) {
    super({ ...defaults$B, ...options });
    this.style = new CaseStyle(this.options.style, "attr-case");
  }
  static fixable = true;
  static schema() {
    const styleEnum = ["lowercase", "uppercase", "pascalcase", "camelcase"];
    return {
      ignoreForeign: {
        type: "boolean"
      },
      style: {
        anyOf: [
          {
            enum: styleEnum,
            type: "string"
          },
          {
            items: {
              enum: styleEnum,
              type: "string"
            },
            type: "array"
          }
        ]
      }
    };
  }
  documentation() {
    const { style } = this.options;
    return {
      description: Array.isArray(style) ? [`Attribute name must be in one of:`, "", ...style.map((it) => `- ${it}`)].join("\n") : `Attribute name must be in ${style}.`,
      url: "https://html-validate.org/rules/attr-case.html"
    };
  }
  setup() {
    this.on("attr", (event) => {
      if (this.isIgnored(event.target)) {
        return;
      }
      if (event.originalAttribute) {
        return;
      }
      const letters = event.key.replaceAll(/[^a-z]+/gi, "");
      if (this.style.match(letters)) {
        return;
      }
      this.report({
        node: event.target,
        message: `Attribute "${event.key}" should be ${this.style.name}`,
        location: event.keyLocation,
        fix: this.style.createFixer(event.keyLocation, event.key)
      });
    });
  }
  isIgnored(node) {
    if (this.options.ignoreForeign) {
      return Boolean(node.meta?.foreign);
    }
    return false;
  }
}

var State = /* @__PURE__ */ ((State2) => {
  State2[State2["INITIAL"] = 1] = "INITIAL";
  State2[State2["DOCTYPE"] = 2] = "DOCTYPE";
  State2[State2["TEXT"] = 3] = "TEXT";
  State2[State2["TAG"] = 4] = "TAG";
  State2[State2["ATTR"] = 5] = "ATTR";
  State2[State2["CDATA"] = 6] = "CDATA";
  State2[State2["SCRIPT"] = 7] = "SCRIPT";
  State2[State2["STYLE"] = 8] = "STYLE";
  State2[State2["TEXTAREA"] = 9] = "TEXTAREA";
  State2[State2["TITLE"] = 10] = "TITLE";
  return State2;
})(State || {});

var ContentModel = /* @__PURE__ */ ((ContentModel2) => {
  ContentModel2[ContentModel2["TEXT"] = 1] = "TEXT";
  ContentModel2[ContentModel2["SCRIPT"] = 2] = "SCRIPT";
  ContentModel2[ContentModel2["STYLE"] = 3] = "STYLE";
  ContentModel2[ContentModel2["TEXTAREA"] = 4] = "TEXTAREA";
  ContentModel2[ContentModel2["TITLE"] = 5] = "TITLE";
  return ContentModel2;
})(ContentModel || {});
class Context {
  contentModel;
  state;
  string;
  filename;
  offset;
  line;
  column;
  constructor(source) {
    this.state = State.INITIAL;
    this.string = source.data;
    this.filename = source.filename;
    this.offset = source.offset;
    this.line = source.line;
    this.column = source.column;
    this.contentModel = 1 /* TEXT */;
  }
  getTruncatedLine(n = 13) {
    return JSON.stringify(this.string.length > n ? `${this.string.slice(0, 10)}...` : this.string);
  }
  consume(n, state) {
    let lastNewline = -1;
    let newlines = 0;
    for (let i = 0; i < n; i++) {
      if (this.string[i] !== "\n") {
        continue;
      }
      newlines++;
      lastNewline = i;
    }
    if (newlines > 0) {
      this.line += newlines;
      this.column = n - lastNewline;
    } else {
      this.column += n;
    }
    this.offset += n;
    this.string = this.string.slice(n);
    this.state = state;
  }
  getLocation(size) {
    return {
      filename: this.filename,
      offset: this.offset,
      line: this.line,
      column: this.column,
      size
    };
  }
}

function normalizeSource(source) {
  return {
    filename: "",
    offset: 0,
    line: 1,
    column: 1,
    ...source
  };
}

var TokenType = /* @__PURE__ */ ((TokenType2) => {
  TokenType2[TokenType2["UNICODE_BOM"] = 1] = "UNICODE_BOM";
  TokenType2[TokenType2["WHITESPACE"] = 2] = "WHITESPACE";
  TokenType2[TokenType2["DOCTYPE_OPEN"] = 3] = "DOCTYPE_OPEN";
  TokenType2[TokenType2["DOCTYPE_VALUE"] = 4] = "DOCTYPE_VALUE";
  TokenType2[TokenType2["DOCTYPE_CLOSE"] = 5] = "DOCTYPE_CLOSE";
  TokenType2[TokenType2["TAG_OPEN"] = 6] = "TAG_OPEN";
  TokenType2[TokenType2["TAG_CLOSE"] = 7] = "TAG_CLOSE";
  TokenType2[TokenType2["ATTR_NAME"] = 8] = "ATTR_NAME";
  TokenType2[TokenType2["ATTR_VALUE"] = 9] = "ATTR_VALUE";
  TokenType2[TokenType2["TEXT"] = 10] = "TEXT";
  TokenType2[TokenType2["TEMPLATING"] = 11] = "TEMPLATING";
  TokenType2[TokenType2["SCRIPT"] = 12] = "SCRIPT";
  TokenType2[TokenType2["STYLE"] = 13] = "STYLE";
  TokenType2[TokenType2["COMMENT"] = 14] = "COMMENT";
  TokenType2[TokenType2["CONDITIONAL"] = 15] = "CONDITIONAL";
  TokenType2[TokenType2["DIRECTIVE"] = 16] = "DIRECTIVE";
  TokenType2[TokenType2["EOF"] = 17] = "EOF";
  return TokenType2;
})(TokenType || {});

const MATCH_UNICODE_BOM = /^\uFEFF/;
const MATCH_WHITESPACE = /^(?:\r\n|\r|\n|[\t ]+(?:\r\n|\r|\n)?)/;
const MATCH_DOCTYPE_OPEN = /^<!(doctype)\s/i;
const MATCH_DOCTYPE_VALUE = /^[^>]+/;
const MATCH_DOCTYPE_CLOSE = /^>/;
const MATCH_XML_TAG = /^<\?xml.*?\?>\s+/;
const MATCH_TAG_OPEN = /^<(\/?)([\w:\-]+)/;
const MATCH_TAG_CLOSE = /^\/?>/;
const MATCH_TEXT = /^[\s\S]*?(?=[\t ]*(?:\r\n|\r|\n)|<[^ ]|$)/;
const MATCH_TEMPLATING = /^(?:<%.*?%>|<\?.*?\?>|<\$.*?\$>)/s;
const MATCH_TAG_LOOKAHEAD = /^[\s\S]*?(?=<|$)/;
const MATCH_ATTR_START = /^([^\t\n\f\r "'/<=>]+)/;
const MATCH_ATTR_SINGLE = /^(\s*=\s*)'([^']*)(')/;
const MATCH_ATTR_DOUBLE = /^(\s*=\s*)"([^"]*)(")/;
const MATCH_ATTR_UNQUOTED = /^(\s*=\s*)([^\t\n\f\r "'<>][^\t\n\f\r <>]*)/;
const MATCH_CDATA_BEGIN = /^<!\[CDATA\[/;
const MATCH_CDATA_END = /^[\s\S]*?\]\]>/;
const MATCH_SCRIPT_DATA = /^[\s\S]*?(?=<\/script)/i;
const MATCH_SCRIPT_END = /^<(\/)(script)/i;
const MATCH_STYLE_DATA = /^[\s\S]*?(?=<\/style)/i;
const MATCH_STYLE_END = /^<(\/)(style)/i;
const MATCH_TEXTAREA_DATA = /^[\s\S]*?(?=<\/textarea)/i;
const MATCH_TEXTAREA_END = /^<(\/)(textarea)/i;
const MATCH_TITLE_DATA = /^[\s\S]*?(?=<\/title)/i;
const MATCH_TITLE_END = /^<(\/)(title)/i;
const MATCH_DIRECTIVE = /^(<!--\s*\[?)(html-validate-)([\da-z-]+)(\s*)(.*?)(\]?\s*-->)/;
const MATCH_COMMENT = /^<!--([\s\S]*?)-->/;
const MATCH_CONDITIONAL = /^<!\[([^\]]*)\]>/;
class InvalidTokenError extends Error {
  location;
  /* eslint-disable-next-line unicorn/custom-error-definition -- technical debt */
  constructor(location, message) {
    super(message);
    this.name = "InvalidTokenError";
    this.location = location;
  }
}
class Lexer {
  /* eslint-disable-next-line complexity -- there isn't really a good way to refactor this while keeping readability */
  *tokenize(source) {
    const context = new Context(source);
    let previousState = context.state;
    let previousLength = context.string.length;
    while (context.string.length > 0) {
      switch (context.state) {
        case State.INITIAL:
          yield* this.tokenizeInitial(context);
          break;
        case State.DOCTYPE:
          yield* this.tokenizeDoctype(context);
          break;
        case State.TAG:
          yield* this.tokenizeTag(context);
          break;
        case State.ATTR:
          yield* this.tokenizeAttr(context);
          break;
        case State.TEXT:
          yield* this.tokenizeText(context);
          break;
        case State.CDATA:
          yield* this.tokenizeCDATA(context);
          break;
        case State.SCRIPT:
          yield* this.tokenizeScript(context);
          break;
        case State.STYLE:
          yield* this.tokenizeStyle(context);
          break;
        case State.TEXTAREA:
          yield* this.tokenizeTextarea(context);
          break;
        case State.TITLE:
          yield* this.tokenizeTitle(context);
          break;
        /* istanbul ignore next: sanity check: should not happen unless adding new states */
        default:
          this.unhandled(context);
      }
      if (context.state === previousState && context.string.length === previousLength) {
        this.errorStuck(context);
      }
      previousState = context.state;
      previousLength = context.string.length;
    }
    yield this.token(context, TokenType.EOF, []);
  }
  token(context, type, data) {
    const size = data.length > 0 ? data[0].length : 0;
    const location = context.getLocation(size);
    return {
      type,
      location,
      data: Array.from(data)
    };
  }
  /* istanbul ignore next: used to provide a better error when an unhandled state happens */
  unhandled(context) {
    const truncated = JSON.stringify(
      context.string.length > 13 ? `${context.string.slice(0, 15)}...` : context.string
    );
    const state = State[context.state];
    const message = `failed to tokenize ${truncated}, unhandled state ${state}.`;
    throw new InvalidTokenError(context.getLocation(1), message);
  }
  /* istanbul ignore next: used to provide a better error when lexer is detected to be stuck, no known way to reproduce */
  errorStuck(context) {
    const state = State[context.state];
    const message = `failed to tokenize ${context.getTruncatedLine()}, state ${state} failed to consume data or change state.`;
    throw new InvalidTokenError(context.getLocation(1), message);
  }
  evalNextState(nextState, token) {
    if (typeof nextState === "function") {
      return nextState(token);
    }
    return nextState;
  }
  *match(context, tests, error) {
    const n = tests.length;
    for (let i = 0; i < n; i++) {
      const [regex, nextState, tokenType] = tests[i];
      const match = regex ? context.string.match(regex) : [""];
      if (match) {
        let token = null;
        if (tokenType !== false) {
          token = this.token(context, tokenType, match);
          yield token;
        }
        const state = this.evalNextState(nextState, token);
        context.consume(match[0].length, state);
        this.enter(context, state, match);
        return;
      }
    }
    const message = `failed to tokenize ${context.getTruncatedLine()}, ${error}.`;
    throw new InvalidTokenError(context.getLocation(1), message);
  }
  /**
   * Called when entering a new state.
   */
  enter(context, state, data) {
    if (state === State.TAG && data?.[0].startsWith("<")) {
      switch (data[0].toLowerCase()) {
        case "<script": {
          context.contentModel = ContentModel.SCRIPT;
          break;
        }
        case "<style": {
          context.contentModel = ContentModel.STYLE;
          break;
        }
        case "<textarea": {
          context.contentModel = ContentModel.TEXTAREA;
          break;
        }
        case "<title": {
          context.contentModel = ContentModel.TITLE;
          break;
        }
        default: {
          context.contentModel = ContentModel.TEXT;
        }
      }
    }
  }
  *tokenizeInitial(context) {
    yield* this.match(
      context,
      [
        [MATCH_UNICODE_BOM, State.INITIAL, TokenType.UNICODE_BOM],
        [MATCH_XML_TAG, State.INITIAL, false],
        [MATCH_DOCTYPE_OPEN, State.DOCTYPE, TokenType.DOCTYPE_OPEN],
        [MATCH_WHITESPACE, State.INITIAL, TokenType.WHITESPACE],
        [MATCH_DIRECTIVE, State.INITIAL, TokenType.DIRECTIVE],
        [MATCH_CONDITIONAL, State.INITIAL, TokenType.CONDITIONAL],
        [MATCH_COMMENT, State.INITIAL, TokenType.COMMENT],
        [false, State.TEXT, false]
      ],
      "expected doctype"
    );
  }
  *tokenizeDoctype(context) {
    yield* this.match(
      context,
      [
        [MATCH_WHITESPACE, State.DOCTYPE, TokenType.WHITESPACE],
        [MATCH_DOCTYPE_VALUE, State.DOCTYPE, TokenType.DOCTYPE_VALUE],
        [MATCH_DOCTYPE_CLOSE, State.TEXT, TokenType.DOCTYPE_CLOSE]
      ],
      "expected doctype name"
    );
  }
  *tokenizeTag(context) {
    function nextState(token) {
      const tagCloseToken = token;
      const selfClosed = tagCloseToken && !tagCloseToken.data[0].startsWith("/");
      switch (context.contentModel) {
        case ContentModel.TEXT:
          return State.TEXT;
        case ContentModel.SCRIPT:
          if (selfClosed) {
            return State.SCRIPT;
          }
          return State.TEXT;
        /* <script/> (not legal but handle it anyway so the lexer doesn't choke on it) */
        case ContentModel.STYLE:
          if (selfClosed) {
            return State.STYLE;
          }
          return State.TEXT;
        /* <style/> */
        case ContentModel.TEXTAREA:
          if (selfClosed) {
            return State.TEXTAREA;
          }
          return State.TEXT;
        /* <textarea/> */
        case ContentModel.TITLE:
          if (selfClosed) {
            return State.TITLE;
          }
          return State.TEXT;
      }
    }
    yield* this.match(
      context,
      [
        [MATCH_TAG_CLOSE, nextState, TokenType.TAG_CLOSE],
        [MATCH_ATTR_START, State.ATTR, TokenType.ATTR_NAME],
        [MATCH_WHITESPACE, State.TAG, TokenType.WHITESPACE]
      ],
      'expected attribute, ">" or "/>"'
    );
  }
  *tokenizeAttr(context) {
    yield* this.match(
      context,
      [
        [MATCH_ATTR_SINGLE, State.TAG, TokenType.ATTR_VALUE],
        [MATCH_ATTR_DOUBLE, State.TAG, TokenType.ATTR_VALUE],
        [MATCH_ATTR_UNQUOTED, State.TAG, TokenType.ATTR_VALUE],
        [false, State.TAG, false]
      ],
      'expected attribute, ">" or "/>"'
    );
  }
  *tokenizeText(context) {
    yield* this.match(
      context,
      [
        [MATCH_WHITESPACE, State.TEXT, TokenType.WHITESPACE],
        [MATCH_CDATA_BEGIN, State.CDATA, false],
        [MATCH_DIRECTIVE, State.TEXT, TokenType.DIRECTIVE],
        [MATCH_CONDITIONAL, State.TEXT, TokenType.CONDITIONAL],
        [MATCH_COMMENT, State.TEXT, TokenType.COMMENT],
        [MATCH_TEMPLATING, State.TEXT, TokenType.TEMPLATING],
        [MATCH_TAG_OPEN, State.TAG, TokenType.TAG_OPEN],
        [MATCH_TEXT, State.TEXT, TokenType.TEXT],
        [MATCH_TAG_LOOKAHEAD, State.TEXT, TokenType.TEXT]
      ],
      'expected text or "<"'
    );
  }
  *tokenizeCDATA(context) {
    yield* this.match(context, [[MATCH_CDATA_END, State.TEXT, false]], "expected ]]>");
  }
  *tokenizeScript(context) {
    yield* this.match(
      context,
      [
        [MATCH_SCRIPT_END, State.TAG, TokenType.TAG_OPEN],
        [MATCH_SCRIPT_DATA, State.SCRIPT, TokenType.SCRIPT]
      ],
      "expected </script>"
    );
  }
  *tokenizeStyle(context) {
    yield* this.match(
      context,
      [
        [MATCH_STYLE_END, State.TAG, TokenType.TAG_OPEN],
        [MATCH_STYLE_DATA, State.STYLE, TokenType.STYLE]
      ],
      "expected </style>"
    );
  }
  *tokenizeTextarea(context) {
    yield* this.match(
      context,
      [
        [MATCH_TEXTAREA_END, State.TAG, TokenType.TAG_OPEN],
        [MATCH_TEXTAREA_DATA, State.TEXTAREA, TokenType.TEXT]
      ],
      "expected </textarea>"
    );
  }
  *tokenizeTitle(context) {
    yield* this.match(
      context,
      [
        [MATCH_TITLE_END, State.TAG, TokenType.TAG_OPEN],
        [MATCH_TITLE_DATA, State.TITLE, TokenType.TEXT]
      ],
      "expected </title>"
    );
  }
}

const whitespace = /\s+/;
class AttrDelimiter extends Rule {
  static fixable = true;
  documentation() {
    return {
      description: `Attribute value must not be separated by whitespace.`,
      url: "https://html-validate.org/rules/attr-delimiter.html"
    };
  }
  setup() {
    this.on("token", (event) => {
      const { token } = event;
      if (token.type !== TokenType.ATTR_VALUE) {
        return;
      }
      const delimiter = token.data[1];
      const match = whitespace.exec(delimiter);
      if (!match) {
        return;
      }
      const location = sliceLocation(event.location, 0, delimiter.length);
      this.report({
        node: null,
        message: "Attribute value must not be delimited by whitespace",
        location,
        fix(fixer) {
          fixer.replaceText(location, "=");
        }
      });
    });
  }
}

const DEFAULT_PATTERN = "[a-z0-9-:]+";
const defaults$A = {
  pattern: DEFAULT_PATTERN,
  ignoreForeign: true
};
function generateRegexp(pattern) {
  if (Array.isArray(pattern)) {
    return new RegExp(`^(${pattern.join("|")})$`, "i");
  }
  return new RegExp(`^${pattern}$`, "i");
}
function generateMessage(name, pattern) {
  if (Array.isArray(pattern)) {
    const patterns = pattern.map((it) => `/${it}/`).join(", ");
    return `Attribute "${name}" should match one of [${patterns}]`;
  }
  return `Attribute "${name}" should match /${pattern}/`;
}
function generateDescription(name, pattern) {
  if (Array.isArray(pattern)) {
    return [
      `Attribute "${name}" should match one of the configured regular expressions:`,
      "",
      ...pattern.map((it) => `- \`/${it}/\``)
    ].join("\n");
  }
  return `Attribute "${name}" should match the regular expression \`/${pattern}/\``;
}
class AttrPattern extends Rule {
  pattern;
  constructor(options) {
    super({ ...defaults$A, ...options });
    this.pattern = generateRegexp(this.options.pattern);
  }
  static schema() {
    return {
      pattern: {
        oneOf: [{ type: "array", items: { type: "string" }, minItems: 1 }, { type: "string" }]
      },
      ignoreForeign: {
        type: "boolean"
      }
    };
  }
  documentation(context) {
    return {
      description: generateDescription(context.attr, context.pattern),
      url: "https://html-validate.org/rules/attr-pattern.html"
    };
  }
  setup() {
    this.on("attr", (event) => {
      if (this.isIgnored(event.target)) {
        return;
      }
      if (event.originalAttribute) {
        return;
      }
      if (this.pattern.test(event.key)) {
        return;
      }
      const message = generateMessage(event.key, this.options.pattern);
      const context = {
        attr: event.key,
        pattern: this.options.pattern
      };
      this.report({
        node: event.target,
        message,
        location: event.keyLocation,
        context
      });
    });
  }
  isIgnored(node) {
    if (this.options.ignoreForeign) {
      return Boolean(node.meta?.foreign);
    }
    return false;
  }
}

const defaults$z = {
  style: "auto",
  unquoted: false
};
function describeError(context) {
  switch (context.error) {
    case "style":
      return `Attribute \`${context.attr}\` must use \`${context.expected}\` instead of \`${context.actual}\`.`;
    case "unquoted":
      return `Attribute \`${context.attr}\` must not be unquoted.`;
  }
}
function describeStyle(style, unquoted) {
  const description = [];
  switch (style) {
    case "auto" /* AUTO_QUOTE */:
      description.push(
        "- quoted with double quotes `\"` unless the value contains double quotes in which case single quotes `'` should be used instead"
      );
      break;
    case "any" /* ANY_QUOTE */:
      description.push("- quoted with single quotes `'`");
      description.push('- quoted with double quotes `"`');
      break;
    case "'" /* SINGLE_QUOTE */:
    case '"' /* DOUBLE_QUOTE */: {
      const name = style === "'" /* SINGLE_QUOTE */ ? "single" : "double";
      description.push(`- quoted with ${name} quotes \`${style}\``);
      break;
    }
  }
  if (unquoted) {
    description.push("- unquoted (if applicable)");
  }
  return `${description.join(" or\n")}
`;
}
class AttrQuotes extends Rule {
  style;
  static schema() {
    return {
      style: {
        enum: ["auto", "double", "single", "any"],
        type: "string"
      },
      unquoted: {
        type: "boolean"
      }
    };
  }
  documentation(context) {
    const { style } = this;
    const { unquoted } = this.options;
    const description = [
      describeError(context),
      "",
      "Under the current configuration attributes must be:",
      "",
      describeStyle(style, unquoted)
    ];
    return {
      description: description.join("\n"),
      url: "https://html-validate.org/rules/attr-quotes.html"
    };
  }
  constructor(options) {
    super({ ...defaults$z, ...options });
    this.style = parseStyle$3(this.options.style);
  }
  setup() {
    this.on("attr", (event) => {
      if (event.originalAttribute) {
        return;
      }
      if (event.value === null) {
        return;
      }
      if (!event.quote) {
        if (!this.options.unquoted) {
          const message2 = `Attribute "${event.key}" using unquoted value`;
          const context2 = {
            error: "unquoted",
            attr: event.key
          };
          this.report({
            node: event.target,
            message: message2,
            location: null,
            context: context2
          });
        }
        return;
      }
      if (this.style === "any" /* ANY_QUOTE */) {
        return;
      }
      const expected = this.resolveQuotemark(event.value.toString(), this.style);
      if (event.quote === expected) {
        return;
      }
      const message = `Attribute "${event.key}" used ${event.quote} instead of expected ${expected}`;
      const context = {
        error: "style",
        attr: event.key,
        actual: event.quote,
        expected
      };
      this.report({
        node: event.target,
        message,
        location: null,
        context
      });
    });
  }
  resolveQuotemark(value, style) {
    if (style === "auto" /* AUTO_QUOTE */) {
      return value.includes('"') ? "'" : '"';
    }
    return style;
  }
}
function parseStyle$3(style) {
  switch (style.toLowerCase()) {
    case "auto":
      return "auto" /* AUTO_QUOTE */;
    case "double":
      return '"' /* DOUBLE_QUOTE */;
    case "single":
      return "'" /* SINGLE_QUOTE */;
    case "any":
      return "any" /* ANY_QUOTE */;
    /* istanbul ignore next: covered by schema validation */
    default:
      throw new ConfigError(`Invalid style "${style}" for "attr-quotes" rule`);
  }
}

class AttrSpacing extends Rule {
  documentation() {
    return {
      description: `No space between attributes. At least one whitespace character (commonly space) must be used to separate attributes.`,
      url: "https://html-validate.org/rules/attr-spacing.html"
    };
  }
  setup() {
    let previousToken;
    this.on("token", (event) => {
      if (event.type === TokenType.ATTR_NAME && previousToken !== TokenType.WHITESPACE) {
        this.report({
          node: null,
          message: "No space between attributes",
          location: event.location
        });
      }
      previousToken = event.type;
    });
  }
}

function pick(attr) {
  const result = {};
  if (attr.enum !== void 0) {
    result.enum = attr.enum;
  }
  if (attr.boolean !== void 0) {
    result.boolean = attr.boolean;
  }
  return result;
}
class AttributeAllowedValues extends Rule {
  documentation(context) {
    const docs = {
      description: "Attribute has invalid value.",
      url: "https://html-validate.org/rules/attribute-allowed-values.html"
    };
    const { allowed, attribute, element, value } = context;
    if (allowed.enum) {
      const allowedList = allowed.enum.map((value2) => {
        if (typeof value2 === "string") {
          return `- \`"${value2}"\``;
        }
        if (value2 instanceof RegExp) {
          return `- \`${value2.toString()}\``;
        }
        return `- ${value2.name}`;
      });
      docs.description = [
        `The \`<${element}>\` element does not allow the attribute \`${attribute}\` to have the value \`"${value}"\`.`,
        "",
        "It must match one of the following:",
        "",
        ...allowedList
      ].join("\n");
    } else if (allowed.boolean) {
      docs.description = `The \`<${context.element}>\` attribute \`${context.attribute}\` must be a boolean attribute, e.g. \`<${context.element} ${context.attribute}>\``;
    }
    return docs;
  }
  setup() {
    this.on("dom:ready", (event) => {
      const doc = event.document;
      walk.depthFirst(doc, (node) => {
        const meta = node.meta;
        if (!meta?.attributes) {
          return;
        }
        for (const attr of node.attributes) {
          if (Validator.validateAttribute(attr, meta.attributes)) {
            continue;
          }
          const value = attr.value ? attr.value.toString() : "";
          const context = {
            element: node.tagName,
            attribute: attr.key,
            value,
            allowed: pick(meta.attributes[attr.key])
          };
          const message = this.getMessage(attr);
          const location = this.getLocation(attr);
          this.report({
            node,
            message,
            location,
            context
          });
        }
      });
    });
  }
  getMessage(attr) {
    const { key, value } = attr;
    if (value !== null) {
      return `Attribute "${key}" has invalid value "${value.toString()}"`;
    }
    return `Attribute "${key}" is missing value`;
  }
  getLocation(attr) {
    return attr.valueLocation ?? attr.keyLocation;
  }
}

const defaults$y = {
  style: "omit"
};
class AttributeBooleanStyle extends Rule {
  hasInvalidStyle;
  constructor(options) {
    super({ ...defaults$y, ...options });
    this.hasInvalidStyle = parseStyle$2(this.options.style);
  }
  static schema() {
    return {
      style: {
        enum: ["empty", "name", "omit"],
        type: "string"
      }
    };
  }
  documentation() {
    return {
      description: "Require a specific style when writing boolean attributes.",
      url: "https://html-validate.org/rules/attribute-boolean-style.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const doc = event.document;
      walk.depthFirst(doc, (node) => {
        const meta = node.meta;
        if (!meta?.attributes) {
          return;
        }
        for (const attr of node.attributes) {
          if (!this.isBoolean(attr, meta.attributes)) {
            continue;
          }
          if (attr.originalAttribute) {
            continue;
          }
          if (this.hasInvalidStyle(attr)) {
            this.report({
              node,
              message: reportMessage$1(attr, this.options.style),
              location: attr.keyLocation
            });
          }
        }
      });
    });
  }
  isBoolean(attr, rules) {
    const meta = rules[attr.key];
    return Boolean(meta?.boolean);
  }
}
function parseStyle$2(style) {
  switch (style.toLowerCase()) {
    case "omit":
      return (attr) => attr.value !== null;
    case "empty":
      return (attr) => attr.value !== "";
    case "name":
      return (attr) => attr.value !== attr.key;
    /* istanbul ignore next: covered by schema validation */
    default:
      throw new Error(`Invalid style "${style}" for "attribute-boolean-style" rule`);
  }
}
function reportMessage$1(attr, style) {
  const key = attr.key;
  switch (style.toLowerCase()) {
    case "omit":
      return `Attribute "${key}" should omit value`;
    case "empty":
      return `Attribute "${key}" value should be empty string`;
    case "name":
      return `Attribute "${key}" should be set to ${key}="${key}"`;
  }
  return "";
}

const defaults$x = {
  style: "omit"
};
class AttributeEmptyStyle extends Rule {
  hasInvalidStyle;
  constructor(options) {
    super({ ...defaults$x, ...options });
    this.hasInvalidStyle = parseStyle$1(this.options.style);
  }
  static schema() {
    return {
      style: {
        enum: ["empty", "omit"],
        type: "string"
      }
    };
  }
  documentation() {
    return {
      description: "Require a specific style for attributes with empty values.",
      url: "https://html-validate.org/rules/attribute-empty-style.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const doc = event.document;
      walk.depthFirst(doc, (node) => {
        const meta = node.meta;
        if (!meta?.attributes) {
          return;
        }
        for (const attr of node.attributes) {
          if (!allowsEmpty(attr, meta.attributes)) {
            continue;
          }
          if (!isEmptyValue(attr)) {
            continue;
          }
          if (!this.hasInvalidStyle(attr)) {
            continue;
          }
          this.report({
            node,
            message: reportMessage(attr, this.options.style),
            location: attr.keyLocation
          });
        }
      });
    });
  }
}
function allowsEmpty(attr, rules) {
  const meta = rules[attr.key];
  return Boolean(meta?.omit);
}
function isEmptyValue(attr) {
  if (attr.isDynamic) {
    return false;
  }
  return attr.value === null || attr.value === "";
}
function parseStyle$1(style) {
  switch (style.toLowerCase()) {
    case "omit":
      return (attr) => attr.value !== null;
    case "empty":
      return (attr) => attr.value !== "";
    /* istanbul ignore next: covered by schema validation */
    default:
      throw new Error(`Invalid style "${style}" for "attribute-empty-style" rule`);
  }
}
function reportMessage(attr, style) {
  const key = attr.key;
  switch (style.toLowerCase()) {
    case "omit":
      return `Attribute "${key}" should omit value`;
    case "empty":
      return `Attribute "${key}" value should be empty string`;
  }
  return "";
}

function ruleDescription(context) {
  const { tagName, attr, details } = context;
  return `The \`${attr}\` attribute cannot be used on \`${tagName}\` in this context: ${details}`;
}
class AttributeMisuse extends Rule {
  documentation(context) {
    return {
      description: ruleDescription(context),
      url: "https://html-validate.org/rules/attribute-misuse.html"
    };
  }
  setup() {
    this.on("element:ready", (event) => {
      const { target } = event;
      const { meta } = target;
      if (!meta) {
        return;
      }
      for (const attr of target.attributes) {
        const key = attr.key.toLowerCase();
        this.validateAttr(target, attr, meta.attributes[key]);
      }
    });
  }
  validateAttr(node, attr, meta) {
    if (!meta?.allowed) {
      return;
    }
    const details = meta.allowed(node._adapter, attr.value);
    if (details) {
      this.report({
        node,
        message: `"{{ attr }}" attribute cannot be used on {{ tagName }} in this context: {{ details }}`,
        location: attr.keyLocation,
        context: {
          tagName: node.annotatedName,
          attr: attr.key,
          details
        }
      });
    }
  }
}

const defaults$w = {
  preferred: void 0
};
function isPasswordInput(event) {
  const { target } = event;
  if (!target.is("input")) {
    return false;
  }
  const type = target.getAttribute("type");
  return type?.value?.toString().toLowerCase() === "password";
}
function isGroupingToken(token) {
  return token.startsWith("section-") || token === "shipping" || token === "billing";
}
class AutocompletePassword extends Rule {
  preferred;
  constructor(options) {
    super({ ...defaults$w, ...options });
    this.preferred = options.preferred?.toLowerCase();
  }
  static schema() {
    return {
      preferred: {
        type: "string"
      }
    };
  }
  documentation(context) {
    const url = "https://html-validate.org/rules/autocomplete-password.html";
    switch (context.kind) {
      case "preferred-mismatch":
        return {
          description: [
            `\`<input type="password">\` should use \`autocomplete="${context.preferred}"\`.`,
            "",
            `The configured preferred autocomplete value is \`"${context.preferred}"\` but the element uses \`"${context.value}"\`.`
          ].join("\n"),
          url
        };
      case "off":
      case "missing":
      default: {
        const error = context.kind === "off" ? '`<input type="password">` should not use `autocomplete="off"`.' : '`<input type="password">` must have the `autocomplete` attribute.';
        return {
          description: [
            error,
            "",
            "Browsers and password managers often ignore the absence of autocomplete and autofill password fields anyway, which can lead to unexpected behavior where users unknowingly submit autofilled passwords for unrelated fields.",
            "",
            "Use one of the following values:",
            "",
            '- `autocomplete="new-password"` for password creation forms',
            '- `autocomplete="current-password"` for login forms'
          ].join("\n"),
          url
        };
      }
    }
  }
  setup() {
    this.on("tag:ready", isPasswordInput, (event) => {
      const { preferred } = this;
      const { target } = event;
      const autocomplete = target.getAttribute("autocomplete");
      if (!autocomplete) {
        const context2 = { kind: "missing" };
        this.report({
          node: target,
          message: '<input type="password"> is missing required "autocomplete" attribute',
          location: target.location,
          context: context2
        });
        return;
      }
      if (autocomplete.isDynamic || !autocomplete.value) {
        return;
      }
      const raw = autocomplete.value.toString().toLowerCase();
      const tokens = new DOMTokenList(raw, autocomplete.valueLocation);
      const index = tokens.findIndex((token) => !isGroupingToken(token));
      const value = tokens.item(index);
      if (!value) {
        return;
      }
      const location = tokens.location(index);
      if (value === "off") {
        const context2 = { kind: "off" };
        this.report({
          node: target,
          message: '<input type="password"> should not use autocomplete="off"',
          /* eslint-disable-next-line @typescript-eslint/no-non-null-assertion -- location must be present if value is */
          location,
          context: context2
        });
        return;
      }
      if (!preferred || value === preferred) {
        return;
      }
      const context = {
        kind: "preferred-mismatch",
        value,
        preferred
      };
      this.report({
        node: target,
        message: `<input type="password"> should use autocomplete="${preferred}"`,
        /* eslint-disable-next-line @typescript-eslint/no-non-null-assertion -- location must be present if value is */
        location,
        context
      });
    });
  }
}

const patternNamesValues = [
  "kebabcase",
  "camelcase",
  "underscore",
  "snakecase",
  "bem",
  "tailwind"
];
const patternNames = new Set(patternNamesValues);
function isNamedPattern(value) {
  return typeof value === "string" && patternNames.has(value);
}
function parsePattern(pattern) {
  if (pattern instanceof RegExp) {
    return { regexp: pattern, description: pattern.toString() };
  }
  switch (pattern) {
    case "kebabcase":
      return { regexp: /^[a-z][\da-z]*(?:-[\da-z]+)*$/, description: pattern };
    case "camelcase":
      return { regexp: /^[a-z][\dA-Za-z]*$/, description: pattern };
    case "snakecase":
    case "underscore":
      return { regexp: /^[a-z][\da-z]*(?:_[\da-z]+)*$/, description: pattern };
    case "bem": {
      const block = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";
      const element = "(?:__[a-z0-9]+(?:-[a-z0-9]+)*)?";
      const modifier = "(?:--[a-z0-9]+(?:-[a-z0-9]+)*){0,2}";
      return {
        regexp: new RegExp(`^${block}${element}${modifier}$`),
        description: pattern
      };
    }
    case "tailwind": {
      return {
        regexp: /^!?(?:[[a-z-]|\d+xl:)[\w!#%&'(),./:=>[\\\]-]*$/,
        description: "tailwind"
      };
    }
    default: {
      if (pattern.startsWith("/") && pattern.endsWith("/")) {
        const regexpSource = pattern.slice(1, -1);
        const regexp = new RegExp(regexpSource);
        return { regexp, description: regexp.toString() };
      }
      throw new Error(
        `Custom pattern "${pattern}" must be wrapped in forward slashes, i.e. "/${pattern}/"`
      );
    }
  }
}

function toArray$2(value) {
  if (Array.isArray(value)) {
    return value;
  }
  return [value];
}
function quote$1(value) {
  return `"${value}"`;
}
function validateAllowedPatterns(patterns, allowedPatterns, ruleId) {
  const extraneous = patterns.filter(isNamedPattern).filter((p) => !allowedPatterns.has(p));
  if (extraneous.length === 0) {
    return;
  }
  const disallowed = utils_naturalJoin.naturalJoin(extraneous.map(quote$1), "and");
  const allowed = utils_naturalJoin.naturalJoin(Array.from(allowedPatterns, quote$1), "and");
  throw new Error(
    `Pattern ${disallowed} cannot be used with "${ruleId}". Allowed patterns: ${allowed}`
  );
}
class BasePatternRule extends Rule {
  /** Attribute being tested */
  attr;
  /** Parsed configured patterns */
  patterns;
  constructor({
    ruleId,
    attr,
    options,
    allowedPatterns
  }) {
    super(options);
    const { pattern } = this.options;
    this.attr = attr;
    const patterns = toArray$2(pattern);
    validateAllowedPatterns(patterns, allowedPatterns, ruleId);
    this.patterns = patterns.map((it) => parsePattern(it));
  }
  static schema() {
    return {
      pattern: {
        anyOf: [
          { type: "array", items: { anyOf: [{ type: "string" }, { regexp: true }] }, minItems: 1 },
          { type: "string" },
          { regexp: true }
        ]
      }
    };
  }
  description(context) {
    const { attr, patterns } = this;
    const { value } = context;
    const lead = patterns.length === 1 ? `The \`${attr}\` attribute value \`"${value}"\` does not match the configured pattern.` : `The \`${attr}\` attribute value \`"${value}"\` does not match either of the configured patterns.`;
    return [
      lead,
      "For consistency within the codebase the `${attr}` is required to match one or more of the following patterns:",
      "",
      ...patterns.map((it) => `- \`${it.description}\``)
    ].join("\n");
  }
  validateValue(node, value, location) {
    const { attr, patterns } = this;
    const matches = patterns.some((it) => it.regexp.test(value));
    if (matches) {
      return;
    }
    const allowed = utils_naturalJoin.naturalJoin(patterns.map((it) => `"${it.description}"`));
    const message = patterns.length === 1 ? `${attr} "${value}" does not match the configured pattern ${allowed}` : `${attr} "${value}" does not match either of the configured patterns: ${allowed}`;
    this.report({
      node,
      message,
      location,
      context: {
        value
      }
    });
  }
}

const defaults$v = {
  pattern: "kebabcase"
};
class ClassPattern extends BasePatternRule {
  constructor(options) {
    super({
      ruleId: "class-pattern",
      attr: "class",
      options: { ...defaults$v, ...options },
      allowedPatterns: patternNames
      // allow all patterns
    });
  }
  static schema() {
    return super.schema();
  }
  documentation(context) {
    return {
      description: this.description(context),
      url: "https://html-validate.org/rules/class-pattern.html"
    };
  }
  setup() {
    this.on("attr", (event) => {
      const { target, key, value, valueLocation } = event;
      if (key.toLowerCase() !== "class") {
        return;
      }
      const classes = new DOMTokenList(value, valueLocation);
      for (const { item, location } of classes.iterator()) {
        this.validateValue(target, item, location);
      }
    });
  }
}

class CloseAttr extends Rule {
  documentation() {
    return {
      description: "HTML disallows end tags to have attributes.",
      url: "https://html-validate.org/rules/close-attr.html"
    };
  }
  static fixable = true;
  setup() {
    this.on("tag:end", (event) => {
      if (!event.target) {
        return;
      }
      if (event.previous === event.target) {
        return;
      }
      const node = event.target;
      if (Object.keys(node.attributes).length === 0) {
        return;
      }
      const first = node.attributes[0];
      this.report({
        node: null,
        message: "Close tags cannot have attributes",
        location: first.keyLocation,
        fix(fixer) {
          for (const attr of node.attributes) {
            fixer.replaceText(attr.location, "");
          }
        }
      });
    });
  }
}

class EventHandler {
  listeners;
  tracker;
  constructor() {
    this.listeners = {};
    this.tracker = null;
  }
  /**
   * Add an event listener.
   *
   * @param event - Event names (comma separated) or '*' for any event.
   * @param callback - Called any time even triggers.
   * @returns Unregistration function.
   */
  on(event, callback) {
    const { listeners } = this;
    const names = event.split(",").map((it) => it.trim());
    for (const name of names) {
      const list = listeners[name] ?? [];
      listeners[name] = list;
      list.push(callback);
    }
    return () => {
      for (const name of names) {
        const list = listeners[name];
        this.listeners[name] = list.filter((fn) => fn !== callback);
      }
    };
  }
  /**
   * Add a onetime event listener. The listener will automatically be removed
   * after being triggered once.
   *
   * @param event - Event names (comma separated) or '*' for any event.
   * @param callback - Called any time even triggers.
   * @returns Unregistration function.
   */
  once(event, callback) {
    const deregister = this.on(event, (event2, data) => {
      callback(event2, data);
      deregister();
    });
    return deregister;
  }
  /**
   * Set (or clear) the performance tracker.
   *
   * @internal
   */
  setTracker(tracker) {
    this.tracker = tracker;
  }
  /**
   * Trigger event causing all listeners to be called.
   *
   * @param event - Event name.
   * @param data - Event data.
   */
  /* eslint-disable-next-line @typescript-eslint/no-explicit-any -- technical debt, should be made typesafe */
  trigger(event, data) {
    const { tracker } = this;
    if (tracker) {
      const start = performance.now();
      for (const listener of this.getCallbacks(event)) {
        listener.call(null, event, data);
      }
      const end = performance.now();
      tracker.trackEvent(event, end - start);
    } else {
      for (const listener of this.getCallbacks(event)) {
        listener.call(null, event, data);
      }
    }
  }
  getCallbacks(event) {
    const { listeners } = this;
    const callbacks = listeners[event] ?? [];
    const global = listeners["*"] ?? [];
    return [...callbacks, ...global];
  }
}

const regexp$1 = /<!(?:--)?\[(.*?)\](?:--)?>/g;
function* parseConditionalComment(comment, commentLocation) {
  let match;
  while ((match = regexp$1.exec(comment)) !== null) {
    const expression = match[1];
    const begin = match.index;
    const end = begin + match[0].length;
    const location = sliceLocation(commentLocation, begin, end, comment);
    yield {
      expression,
      location
    };
  }
}

class ParserError extends Error {
  location;
  /* eslint-disable-next-line unicorn/custom-error-definition -- technical debt */
  constructor(location, message) {
    super(message);
    this.name = "ParserError";
    this.location = location;
  }
}

function isStaticTrue(value) {
  return value === true;
}
function matchesContentCategory(meta, category) {
  switch (category) {
    case "@meta":
      return isStaticTrue(meta.metadata);
    case "@flow":
      return isStaticTrue(meta.flow);
    case "@flow-not-meta":
      return isStaticTrue(meta.flow) && !isStaticTrue(meta.metadata);
    case "@sectioning":
      return isStaticTrue(meta.sectioning);
    case "@heading":
      return isStaticTrue(meta.heading);
    case "@phrasing":
      return isStaticTrue(meta.phrasing);
    case "@embedded":
      return isStaticTrue(meta.embedded);
    case "@interactive":
      return isStaticTrue(meta.interactive);
    default:
      return false;
  }
}
function matchesParent(parent, selector) {
  if (selector === "@custom-element") {
    return parent.tagName.includes("-") && !parent.meta?.foreign;
  }
  if (!selector.startsWith("@")) {
    return parent.is(selector);
  }
  return parent.meta ? matchesContentCategory(parent.meta, selector) : false;
}
function hasExcludedParent(element) {
  const excluded = element.meta?.optionalEndExcludedParents;
  const { parent } = element;
  if (!excluded || !parent || parent.isRootElement()) {
    return false;
  }
  return excluded.some((entry) => matchesParent(parent, entry));
}
function canOmitEndTag(element) {
  if (!element.meta) {
    return false;
  }
  const { implicitClosed, optionalEnd } = element.meta;
  const isOmittable = Boolean(implicitClosed?.includes(element.tagName)) || Boolean(optionalEnd);
  return isOmittable && !hasExcludedParent(element);
}
function isAttrValueToken(token) {
  return token?.type === TokenType.ATTR_VALUE;
}
function svgShouldRetainTag(foreignTagName, tagName) {
  return foreignTagName === "svg" && ["title", "desc"].includes(tagName);
}
function isValidDirective(action) {
  const validActions = ["enable", "disable", "disable-block", "disable-next"];
  return validActions.includes(action);
}
class Parser {
  event;
  metaTable;
  currentNamespace = "";
  dom;
  /**
   * Create a new parser instance.
   *
   * @public
   * @param config - Configuration
   */
  constructor(config) {
    this.event = new EventHandler();
    this.dom = null;
    this.metaTable = config.getMetaTable();
  }
  /**
   * Parse HTML markup.
   *
   * @public
   * @param source - HTML markup.
   * @returns DOM tree representing the HTML markup.
   */
  parseHtml(source) {
    if (typeof source === "string") {
      source = {
        data: source,
        filename: "inline",
        line: 1,
        column: 1,
        offset: 0
      };
    }
    this.trigger("parse:begin", {
      location: null
    });
    this.dom = new DOMTree({
      filename: source.filename,
      offset: source.offset,
      line: source.line,
      column: source.column,
      size: 0
    });
    this.trigger("dom:load", {
      source,
      location: null
    });
    const lexer = new Lexer();
    const tokenStream = lexer.tokenize(source);
    let it = this.next(tokenStream);
    while (!it.done) {
      const token = it.value;
      this.consume(source, token, tokenStream);
      it = this.next(tokenStream);
    }
    this.dom.resolveMeta(this.metaTable);
    this.dom.root.cacheEnable();
    this.trigger("dom:ready", {
      document: this.dom,
      source,
      /* disable location for this event so rules can use implicit node location
       * instead */
      location: null
    });
    this.trigger("parse:end", {
      location: null
    });
    return this.dom.root;
  }
  /**
   * Detect optional end tag.
   *
   * Some tags have optional end tags (e.g. <ul><li>foo<li>bar</ul> is
   * valid). The parser handles this by checking if the element on top of the
   * stack when is allowed to omit.
   */
  /**
   * Check whether a given element would be implicitly closed by an incoming
   * start tag. Used both in `closeOptional` and in the multi-level lookahead.
   */
  wouldCloseElement(token, element) {
    if (!element.meta) {
      return false;
    }
    const implicitClosed = element.meta.implicitClosed;
    if (!implicitClosed) {
      return false;
    }
    const tagName = token.data[2];
    const incomingMeta = this.metaTable.getMetaFor(tagName);
    return implicitClosed.some((entry) => {
      if (!entry.startsWith("@")) {
        return entry === tagName;
      }
      return incomingMeta ? matchesContentCategory(incomingMeta, entry) : false;
    });
  }
  /**
   * Walk up the active stack to find the parent element that will remain
   * after all multi-level implicit closes triggered by the incoming start tag.
   * For a single-level close this is equivalent to `getActive().parent`.
   */
  getParentAfterImplicitClose(token) {
    let current = this.dom.getActive();
    while (!current.isRootElement() && this.wouldCloseElement(token, current)) {
      const { parent } = current;
      if (!parent) {
        break;
      }
      current = parent;
    }
    return current;
  }
  closeOptional(token) {
    const active = this.dom.getActive();
    if (!active.meta) {
      return false;
    }
    const open = !token.data[1];
    if (open) {
      return this.wouldCloseElement(token, active);
    }
    return this.closeOptionalEndTag(token, active);
  }
  /**
   * Check whether the active element can be implicitly closed by an incoming
   * end tag. The end tag may close a direct parent or any ancestor, as long as
   * every intermediate element can also have its end tag omitted.
   * This handles cases like `</table>` implicitly closing `<td>`, `<tr>`, `<tbody>`.
   */
  closeOptionalEndTag(token, active) {
    const tagName = token.data[2];
    if (active.is(tagName)) {
      return false;
    }
    if (!canOmitEndTag(active)) {
      return false;
    }
    let ancestor = active.parent;
    while (ancestor && !ancestor.isRootElement()) {
      if (ancestor.is(tagName)) {
        return true;
      }
      if (!canOmitEndTag(ancestor)) {
        return false;
      }
      ancestor = ancestor.parent;
    }
    return false;
  }
  /**
   * Check whether an intermediary element (e.g. `<head>` or `<body>`) should
   * be implicitly opened before the incoming element is inserted under
   * `parent`.
   *
   * If the parent's metadata defines an `implicitOpen` rule that matches the
   * incoming element, a new `HtmlElement` for the intermediary is created and
   * returned (with `parent` as its parent). The caller is responsible for
   * pushing it onto the active stack and firing the relevant events.
   *
   * Returns `null` when no implicit open is required.
   */
  peekImplicitOpen(token, parent) {
    if (!parent?.meta?.implicitOpen) {
      return null;
    }
    const tagName = token.data[2];
    const incomingMeta = this.metaTable.getMetaFor(tagName);
    for (const entry of parent.meta.implicitOpen) {
      const matches = entry.for.some((selector) => {
        if (!selector.startsWith("@")) {
          return selector === tagName;
        }
        return incomingMeta ? matchesContentCategory(incomingMeta, selector) : false;
      });
      if (matches) {
        const intermediaryMeta = this.metaTable.getMetaFor(entry.open);
        const element = HtmlElement.createElement(entry.open, token.location, {
          closed: Node.CLOSED_OPEN,
          meta: intermediaryMeta,
          parent
        });
        element._setImplicit(true);
        return element;
      }
    }
    return null;
  }
  /**
   * @internal
   */
  /* eslint-disable-next-line complexity -- there isn't really a good other way to structure this method (that is still readable) */
  consume(source, token, tokenStream) {
    switch (token.type) {
      case TokenType.UNICODE_BOM:
        break;
      case TokenType.TAG_OPEN:
        this.consumeTag(source, token, tokenStream);
        break;
      case TokenType.WHITESPACE:
        this.trigger("whitespace", {
          text: token.data[0],
          location: token.location
        });
        this.appendText(token.data[0], token.location);
        break;
      case TokenType.DIRECTIVE:
        this.consumeDirective(token);
        break;
      case TokenType.CONDITIONAL:
        this.consumeConditional(token);
        break;
      case TokenType.COMMENT:
        this.consumeComment(token);
        break;
      case TokenType.DOCTYPE_OPEN:
        this.consumeDoctype(token, tokenStream);
        break;
      case TokenType.TEXT:
      case TokenType.TEMPLATING:
      case TokenType.SCRIPT:
      case TokenType.STYLE:
        this.appendText(token.data[0], token.location);
        break;
      case TokenType.EOF:
        this.closeTree(source, token.location);
        break;
    }
  }
  /**
   * @internal
   */
  /* eslint-disable-next-line complexity -- technical debt, chould be refactored a bit */
  consumeTag(source, startToken, tokenStream) {
    const tokens = Array.from(
      this.consumeUntil(tokenStream, TokenType.TAG_CLOSE, startToken.location)
    );
    const endToken = tokens.at(-1);
    const isStartTag = !startToken.data[1];
    let baseParent;
    if (isStartTag) {
      baseParent = this.getParentAfterImplicitClose(startToken);
    } else {
      const tagName = startToken.data[2];
      let cur = this.dom.getActive();
      while (!cur.isRootElement() && !cur.is(tagName)) {
        const { parent: parent2 } = cur;
        if (!parent2) {
          break;
        }
        cur = parent2;
      }
      baseParent = cur;
    }
    const implicitParent = isStartTag ? this.peekImplicitOpen(startToken, baseParent) : null;
    const parent = implicitParent ?? baseParent;
    const node = HtmlElement.fromTokens(
      startToken,
      endToken,
      parent,
      this.metaTable,
      this.currentNamespace
    );
    const isClosing = !isStartTag || node.closed !== Node.CLOSED_OPEN;
    const isForeign = node.meta?.foreign;
    while (this.closeOptional(startToken)) {
      const active = this.dom.getActive();
      active.closed = Node.CLOSED_IMPLICIT_CLOSED;
      this.closeElement(source, node, active, startToken.location);
      this.dom.popActive();
    }
    if (isStartTag) {
      if (implicitParent) {
        this.dom.pushActive(implicitParent);
        this.trigger("tag:start", {
          target: implicitParent,
          location: startToken.location
        });
        this.trigger("tag:ready", {
          target: implicitParent,
          location: startToken.location
        });
      }
      this.dom.pushActive(node);
      this.trigger("tag:start", {
        target: node,
        location: startToken.location
      });
    }
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      switch (token.type) {
        case TokenType.WHITESPACE:
          break;
        case TokenType.ATTR_NAME:
          this.consumeAttribute(source, node, token, tokens[i + 1]);
          break;
      }
    }
    if (isStartTag) {
      this.trigger("tag:ready", {
        target: node,
        location: endToken.location
      });
    }
    if (isClosing) {
      const active = this.dom.getActive();
      if (!isStartTag) {
        node.closed = Node.CLOSED_END_TAG;
      }
      const mismatched = !active.is(node.tagName);
      const voidClosed = !isStartTag && node.voidElement;
      if (!isStartTag && !mismatched && !voidClosed) {
        active._setEndTagLocation(sliceLocation(startToken.location, 2));
      }
      this.closeElement(source, node, active, endToken.location);
      if (!voidClosed && !mismatched) {
        this.dom.popActive();
      }
    } else if (isForeign) {
      this.discardForeignBody(source, node.tagName, tokenStream, startToken.location);
    }
  }
  /**
   * @internal
   */
  closeElement(source, node, active, location) {
    this.processElement(active, source);
    const event = {
      target: node,
      previous: active,
      location
    };
    this.trigger("tag:end", event);
    if (node && !active.is(node.tagName) && active.closed !== Node.CLOSED_IMPLICIT_CLOSED) {
      return;
    }
    if (!active.isRootElement()) {
      this.trigger("element:ready", {
        target: active,
        location: active.location
      });
    }
  }
  processElement(node, source) {
    node.cacheEnable();
    if (!source.hooks?.processElement) {
      return;
    }
    const processElement = source.hooks.processElement;
    const metaTable = this.metaTable;
    const context = {
      getMetaFor(tagName) {
        return metaTable.getMetaFor(tagName);
      }
    };
    processElement.call(context, node);
  }
  /**
   * Discard tokens until the end tag for the foreign element is found.
   *
   * @internal
   */
  discardForeignBody(source, foreignTagName, tokenStream, errorLocation) {
    let nested = 1;
    let startToken;
    let endToken;
    do {
      const tokens = Array.from(this.consumeUntil(tokenStream, TokenType.TAG_OPEN, errorLocation));
      const [last] = tokens.slice(-1);
      const [, tagClosed, tagName] = last.data;
      if (!tagClosed && svgShouldRetainTag(foreignTagName, tagName)) {
        const oldNamespace = this.currentNamespace;
        this.currentNamespace = "svg";
        this.consumeTag(source, last, tokenStream);
        this.consumeUntilMatchingTag(source, tokenStream, tagName);
        this.currentNamespace = oldNamespace;
        continue;
      }
      if (tagName.toLowerCase() !== foreignTagName.toLowerCase()) {
        continue;
      }
      const endTokens = Array.from(
        this.consumeUntil(tokenStream, TokenType.TAG_CLOSE, last.location)
      );
      endToken = endTokens.at(-1);
      const selfClosed = endToken.data[0] === "/>";
      if (tagClosed) {
        startToken = last;
        nested--;
      } else if (!selfClosed) {
        nested++;
      }
    } while (nested > 0);
    if (!startToken || !endToken) {
      return;
    }
    const active = this.dom.getActive();
    const node = HtmlElement.fromTokens(startToken, endToken, active, this.metaTable);
    active._setEndTagLocation(sliceLocation(startToken.location, 2));
    this.closeElement(source, node, active, endToken.location);
    this.dom.popActive();
  }
  /**
   * @internal
   */
  consumeAttribute(source, node, token, next) {
    const { meta } = node;
    const keyLocation = this.getAttributeKeyLocation(token);
    const valueLocation = this.getAttributeValueLocation(next);
    const location = this.getAttributeLocation(token, next);
    const haveValue = isAttrValueToken(next);
    const attrData = {
      key: token.data[1],
      value: null,
      quote: null
    };
    if (haveValue) {
      const [, , value, quote] = next.data;
      attrData.value = value;
      attrData.quote = quote ?? null;
    }
    let processAttribute = (attr) => [attr];
    if (source.hooks?.processAttribute) {
      processAttribute = source.hooks.processAttribute;
    }
    let iterator;
    const legacy = processAttribute.call({}, attrData);
    if (typeof legacy[Symbol.iterator] !== "function") {
      iterator = [attrData];
    } else {
      iterator = legacy;
    }
    for (const attr of iterator) {
      const event = {
        target: node,
        key: attr.key,
        value: attr.value,
        quote: attr.quote,
        originalAttribute: attr.originalAttribute,
        location,
        keyLocation,
        valueLocation,
        meta: meta?.attributes[attr.key] ?? null
      };
      this.trigger("attr", event);
      node.setAttribute(
        attr.key,
        attr.value,
        location,
        keyLocation,
        valueLocation,
        attr.originalAttribute
      );
    }
  }
  /**
   * Takes attribute key token an returns location.
   */
  getAttributeKeyLocation(token) {
    return token.location;
  }
  /**
   * Take attribute value token and return a new location referring to only the
   * value.
   *
   * foo="bar"    foo='bar'    foo=bar    foo      foo=""
   *      ^^^          ^^^         ^^^    (null)   (null)
   */
  getAttributeValueLocation(token) {
    if (token?.type !== TokenType.ATTR_VALUE || token.data[2] === "") {
      return null;
    }
    const quote = token.data[3];
    if (quote) {
      return sliceLocation(token.location, 2, -1);
    }
    return sliceLocation(token.location, 1);
  }
  /**
   * Take attribute key and value token an returns a new location referring to
   * an aggregate location covering key, quotes if present and value.
   */
  getAttributeLocation(key, value) {
    const begin = key.location;
    const end = value?.type === TokenType.ATTR_VALUE ? value.location : void 0;
    return {
      filename: begin.filename,
      line: begin.line,
      column: begin.column,
      size: begin.size + (end?.size ?? 0),
      offset: begin.offset
    };
  }
  /**
   * @internal
   */
  consumeDirective(token) {
    const [text, preamble, prefix, action, separator1, directive, postamble] = token.data;
    const hasStartBracket = preamble.includes("[");
    const hasEndBracket = postamble.startsWith("]");
    if (hasStartBracket && !hasEndBracket) {
      this.trigger("parse:error", {
        location: sliceLocation(token.location, preamble.length - 1, -postamble.length),
        message: `Missing end bracket "]" on directive "${text}"`
      });
      return;
    }
    const match = /^(.*?)(?:(\s*(?:--|:)\s*)(.*))?$/.exec(directive);
    if (!match) {
      throw new Error(`Failed to parse directive "${text}"`);
    }
    if (!isValidDirective(action)) {
      const begin = preamble.length;
      const end = preamble.length + prefix.length + action.length;
      this.trigger("parse:error", {
        location: sliceLocation(token.location, begin, -text.length + end),
        message: `Unknown directive "${action}"`
      });
      return;
    }
    const [, data, separator2 = "", comment] = match;
    const actionOffset = preamble.length + prefix.length;
    const optionsOffset = actionOffset + action.length + separator1.length;
    const commentOffset = optionsOffset + data.length + separator2.length;
    const location = sliceLocation(token.location, preamble.length - 1, -postamble.length + 1);
    const actionLocation = sliceLocation(
      token.location,
      actionOffset,
      actionOffset + action.length
    );
    const optionsLocation = data ? sliceLocation(token.location, optionsOffset, optionsOffset + data.length) : void 0;
    const commentLocation = comment ? sliceLocation(token.location, commentOffset, commentOffset + comment.length) : void 0;
    this.trigger("directive", {
      action,
      data,
      comment: comment || "",
      location,
      actionLocation,
      optionsLocation,
      commentLocation
    });
  }
  /**
   * Consumes conditional comment in tag form.
   *
   * See also the related [[consumeCommend]] method.
   *
   * @internal
   */
  consumeConditional(token) {
    const element = this.dom.getActive();
    this.trigger("conditional", {
      condition: token.data[1],
      location: token.location,
      parent: element
    });
  }
  /**
   * Consumes comment token.
   *
   * Tries to find IE conditional comments and emits conditional token if
   * found. See also the related [[consumeConditional]] method.
   *
   * @internal
   */
  consumeComment(token) {
    const comment = token.data[0];
    const element = this.dom.getActive();
    for (const conditional of parseConditionalComment(comment, token.location)) {
      this.trigger("conditional", {
        condition: conditional.expression,
        location: conditional.location,
        parent: element
      });
    }
  }
  /**
   * Consumes doctype tokens. Emits doctype event.
   *
   * @internal
   */
  consumeDoctype(startToken, tokenStream) {
    const tokens = Array.from(
      this.consumeUntil(tokenStream, TokenType.DOCTYPE_CLOSE, startToken.location)
    );
    const doctype = tokens[0];
    const value = doctype.data[0];
    this.dom.doctype = value;
    this.trigger("doctype", {
      tag: startToken.data[1],
      value,
      valueLocation: tokens[0].location,
      location: startToken.location
    });
  }
  /**
   * Return a list of tokens found until the expected token was found.
   *
   * @internal
   * @param errorLocation - What location to use if an error occurs
   */
  *consumeUntil(tokenStream, search, errorLocation) {
    let it = this.next(tokenStream);
    while (!it.done) {
      const token = it.value;
      yield token;
      if (token.type === search) {
        return;
      }
      it = this.next(tokenStream);
    }
    throw new ParserError(
      errorLocation,
      `stream ended before ${TokenType[search]} token was found`
    );
  }
  /**
   * Consumes tokens until a matching close-tag is found. Tags are appended to
   * the document.
   *
   * @internal
   */
  consumeUntilMatchingTag(source, tokenStream, searchTag) {
    const searchTagLower = searchTag.toLowerCase();
    let numOpen = 1;
    let it = this.next(tokenStream);
    while (!it.done) {
      const token = it.value;
      this.consume(source, token, tokenStream);
      if (token.type === TokenType.TAG_OPEN) {
        const [, close, tagName] = token.data;
        if (tagName.toLowerCase() === searchTagLower) {
          if (close) {
            numOpen--;
          } else {
            numOpen++;
          }
          if (numOpen === 0) {
            return;
          }
        }
      }
      it = this.next(tokenStream);
    }
  }
  next(tokenStream) {
    const it = tokenStream.next();
    if (!it.done) {
      const token = it.value;
      this.trigger("token", {
        location: token.location,
        /* eslint-disable-next-line @typescript-eslint/no-deprecated -- technical debt */
        type: token.type,
        /* eslint-disable-next-line @typescript-eslint/no-deprecated -- technical debt */
        data: Array.from(token.data),
        token
      });
    }
    return it;
  }
  on(event, listener) {
    return this.event.on(event, listener);
  }
  once(event, listener) {
    return this.event.once(event, listener);
  }
  /**
   * Defer execution. Will call function sometime later.
   *
   * @internal
   * @param cb - Callback to execute later.
   */
  defer(cb) {
    this.event.once("*", cb);
  }
  trigger(event, data) {
    if (data.location === void 0) {
      throw new Error("Triggered event must contain location");
    }
    this.event.trigger(event, data);
  }
  /**
   * @internal
   */
  getEventHandler() {
    return this.event;
  }
  /**
   * Appends a text node to the current element on the stack.
   */
  appendText(text, location) {
    this.dom.getActive().appendText(text, location);
  }
  /**
   * Trigger close events for any still open elements.
   */
  closeTree(source, location) {
    const documentElement = this.dom.root;
    let active = this.dom.getActive();
    while (!active.isRootElement()) {
      if ((active.meta?.implicitClosed || active.meta?.optionalEnd) && !hasExcludedParent(active)) {
        active.closed = Node.CLOSED_IMPLICIT_CLOSED;
        this.closeElement(source, documentElement, active, location);
      } else {
        this.closeElement(source, null, active, location);
      }
      this.dom.popActive();
      active = this.dom.getActive();
    }
  }
}

function* ancestors(node) {
  if (!node) {
    return;
  }
  let ancestor = node;
  while (ancestor && !ancestor.isRootElement()) {
    yield ancestor;
    ancestor = ancestor.parent;
  }
  if (ancestor) {
    yield ancestor;
  }
}
function findAncestor(node, predicate) {
  for (const ancestor of ancestors(node)) {
    if (predicate(ancestor)) {
      return ancestor;
    }
  }
  return null;
}
class CloseOrder extends Rule {
  documentation() {
    return {
      description: "HTML requires elements to be closed in the same order as they were opened.",
      url: "https://html-validate.org/rules/close-order.html"
    };
  }
  setup() {
    let reported;
    this.on("parse:begin", () => {
      reported = /* @__PURE__ */ new Set();
    });
    this.on("tag:end", (event) => {
      const current = event.target;
      if (current) {
        return;
      }
      const active = event.previous;
      for (const ancestor of ancestors(active)) {
        if (ancestor.isRootElement() || reported.has(ancestor.unique) || canOmitEndTag(ancestor)) {
          continue;
        }
        this.report({
          node: ancestor,
          message: `Unclosed element '<${ancestor.tagName}>'`,
          location: ancestor.location
        });
        reported.add(ancestor.unique);
      }
    });
    this.on("tag:end", (event) => {
      const current = event.target;
      if (!current) {
        return;
      }
      if (current.voidElement) {
        return;
      }
      const active = event.previous;
      if (active.closed === Node.CLOSED_IMPLICIT_CLOSED) {
        return;
      }
      if (active.isRootElement()) {
        const location = {
          filename: current.location.filename,
          line: current.location.line,
          column: current.location.column,
          offset: current.location.offset,
          size: current.tagName.length + 1
        };
        this.report({
          node: null,
          message: `Stray end tag '</${current.tagName}>'`,
          location
        });
        return;
      }
      if (current.tagName === active.tagName) {
        return;
      }
      const ancestor = findAncestor(active.parent, (node) => node.is(current.tagName));
      if (ancestor && !ancestor.isRootElement()) {
        for (const element of ancestors(active)) {
          if (ancestor.isSameNode(element)) {
            break;
          }
          if (reported.has(element.unique) || canOmitEndTag(element)) {
            continue;
          }
          this.report({
            node: element,
            message: `Unclosed element '<${element.tagName}>'`,
            location: element.location
          });
          reported.add(element.unique);
        }
        this.report({
          node: null,
          message: `End tag '</${current.tagName}>' seen but there were open elements`,
          location: current.location
        });
        reported.add(ancestor.unique);
      } else {
        this.report({
          node: null,
          message: `Stray end tag '</${current.tagName}>'`,
          location: current.location
        });
      }
    });
  }
}

const defaults$u = {
  include: null,
  exclude: null
};
class Deprecated extends Rule {
  constructor(options) {
    super({ ...defaults$u, ...options });
  }
  static schema() {
    return {
      exclude: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      },
      include: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      }
    };
  }
  documentation(context) {
    const text = [];
    if (context.source) {
      const source = prettySource(context.source);
      const message = `The \`<$tagname>\` element is deprecated ${source} and should not be used in new code.`;
      text.push(message);
    } else {
      const message = `The \`<$tagname>\` element is deprecated and should not be used in new code.`;
      text.push(message);
    }
    if (context.documentation) {
      text.push(context.documentation);
    }
    const doc = {
      description: text.map((cur) => cur.replaceAll("$tagname", () => context.tagName)).join("\n\n"),
      url: "https://html-validate.org/rules/deprecated.html"
    };
    return doc;
  }
  setup() {
    this.on("tag:start", (event) => {
      const node = event.target;
      if (node.meta === null) {
        return;
      }
      const deprecated = node.meta.deprecated;
      if (!deprecated) {
        return;
      }
      if (this.isKeywordIgnored(node.tagName)) {
        return;
      }
      const location = sliceLocation(event.location, 1);
      if (typeof deprecated === "string") {
        this.reportString(deprecated, node, location);
      } else if (typeof deprecated === "boolean") {
        this.reportBoolean(node, location);
      } else {
        this.reportObject(deprecated, node, location);
      }
    });
  }
  reportString(deprecated, node, location) {
    const context = { tagName: node.tagName };
    const message = `<${node.tagName}> is deprecated: ${deprecated}`;
    this.report({
      node,
      message,
      location,
      context
    });
  }
  reportBoolean(node, location) {
    const context = { tagName: node.tagName };
    const message = `<${node.tagName}> is deprecated`;
    this.report({
      node,
      message,
      location,
      context
    });
  }
  reportObject(deprecated, node, location) {
    const context = { ...deprecated, tagName: node.tagName };
    const notice = deprecated.message ? `: ${deprecated.message}` : "";
    const message = `<${node.tagName}> is deprecated${notice}`;
    this.report({
      node,
      message,
      location,
      context
    });
  }
}
function prettySource(source) {
  const match = /html(\d)(\d)?/.exec(source);
  if (match) {
    const [, ...parts] = match;
    const version = parts.filter(Boolean).join(".");
    return `in HTML ${version}`;
  }
  switch (source) {
    case "whatwg":
      return "in HTML Living Standard";
    case "non-standard":
      return "and non-standard";
    default:
      return `by ${source}`;
  }
}

function quote(value, char = '"') {
  return `${char}${value}${char}`;
}

const defaults$t = {
  classes: []
};
function isRelevant$6(event) {
  return event.key.toLowerCase() === "class";
}
function normalizeEntry(entry) {
  const { class: className, message, replacement = [], url } = entry;
  return {
    class: className,
    message,
    replacement: Array.isArray(replacement) ? replacement : [replacement],
    url
  };
}
function formatDeprecatedMessage(className, entry) {
  let message = `class "${className}" is deprecated`;
  if (entry.replacement.length > 0) {
    const joined = utils_naturalJoin.naturalJoin(
      entry.replacement.map((r) => quote(r)),
      "or"
    );
    message += ` and replaced with ${joined}`;
  }
  if (entry.message) {
    message += `: ${entry.message}`;
  }
  return message;
}
function formatDocumentationDescription(context) {
  const text = [];
  const className = context.class;
  let description = `The class \`${className}\` is deprecated and should not be used`;
  if (context.message) {
    description += `: ${context.message}.`;
  } else {
    description += ".";
  }
  text.push(description);
  if (context.replacement.length === 1) {
    text.push(`Use the replacement class ${quote(context.replacement[0], "`")} instead.`);
  } else if (context.replacement.length > 1) {
    const listItems = context.replacement.map((r) => `- ${quote(r, "`")}`);
    text.push(`Use one of the following replacement classes instead:
${listItems.join("\n")}`);
  }
  if (context.url) {
    text.push(`For details see: ${context.url}`);
  }
  return text.join("\n\n");
}
class DeprecatedClass extends Rule {
  deprecatedMap;
  constructor(options) {
    super({ ...defaults$t, ...options });
    const { classes } = this.options;
    this.deprecatedMap = new Map(classes.map((entry) => [entry.class, normalizeEntry(entry)]));
  }
  static schema() {
    return {
      classes: {
        type: "array",
        items: {
          type: "object",
          properties: {
            class: {
              type: "string"
            },
            message: {
              type: "string"
            },
            replacement: {
              anyOf: [
                {
                  type: "string"
                },
                {
                  type: "array",
                  items: {
                    type: "string"
                  }
                }
              ]
            },
            url: {
              type: "string"
            }
          },
          required: ["class"],
          additionalProperties: false
        }
      }
    };
  }
  documentation(context) {
    return {
      description: formatDocumentationDescription(context),
      url: "https://html-validate.org/rules/deprecated-class.html"
    };
  }
  setup() {
    this.on("attr", isRelevant$6, (event) => {
      const { value, valueLocation, target } = event;
      const classes = new DOMTokenList(value, valueLocation);
      for (const { item, location } of classes.iterator()) {
        const deprecatedEntry = this.deprecatedMap.get(item);
        if (!deprecatedEntry) {
          continue;
        }
        const message = formatDeprecatedMessage(item, deprecatedEntry);
        const context = {
          class: item,
          message: deprecatedEntry.message ?? null,
          replacement: deprecatedEntry.replacement,
          url: deprecatedEntry.url ?? null
        };
        this.report({
          node: target,
          message,
          location,
          context
        });
      }
    });
  }
}

class DeprecatedRule extends Rule {
  documentation(context) {
    const preamble = context ? `The rule "${context}"` : "This rule";
    return {
      description: `${preamble} is deprecated and should not be used any longer, consult documentation for further information.`,
      url: "https://html-validate.org/rules/deprecated-rule.html"
    };
  }
  setup() {
    this.on("config:ready", (event) => {
      for (const rule of this.getDeprecatedRules(event)) {
        if (rule.getSeverity() > Severity.DISABLED) {
          this.report({
            node: null,
            message: `Usage of deprecated rule "${rule.name}"`,
            location: null,
            context: rule.name
          });
        }
      }
    });
  }
  getDeprecatedRules(event) {
    const rules = Object.values(event.rules);
    return rules.filter((rule) => rule.deprecated);
  }
}

let NoStyleTag$1 = class NoStyleTag extends Rule {
  static fixable = true;
  documentation() {
    return {
      description: [
        'HTML5 documents should use the "html" doctype (short `form`, not legacy string):',
        "",
        "```html",
        "<!DOCTYPE html>",
        "```"
      ].join("\n"),
      url: "https://html-validate.org/rules/doctype-html.html"
    };
  }
  setup() {
    this.on("doctype", (event) => {
      const doctype = event.value.toLowerCase();
      if (doctype !== "html") {
        this.report({
          node: null,
          message: 'doctype should be "html"',
          location: event.valueLocation,
          fix(fixer) {
            fixer.replaceText(event.valueLocation, "html");
          }
        });
      }
    });
  }
};

const defaults$s = {
  style: "uppercase"
};
class DoctypeStyle extends Rule {
  constructor(options) {
    super({ ...defaults$s, ...options });
  }
  static fixable = true;
  static schema() {
    return {
      style: {
        enum: ["lowercase", "uppercase"],
        type: "string"
      }
    };
  }
  documentation(context) {
    return {
      description: `While DOCTYPE is case-insensitive in the standard the current configuration requires it to be ${context.style}`,
      url: "https://html-validate.org/rules/doctype-style.html"
    };
  }
  setup() {
    this.on("doctype", (event) => {
      const keywordLocation = sliceLocation(event.location, 2, 9);
      if (this.options.style === "uppercase" && event.tag !== "DOCTYPE") {
        this.report({
          node: null,
          message: "DOCTYPE should be uppercase",
          location: event.location,
          context: this.options,
          fix(fixer) {
            fixer.replaceText(keywordLocation, "DOCTYPE");
          }
        });
      }
      if (this.options.style === "lowercase" && event.tag !== "doctype") {
        this.report({
          node: null,
          message: "DOCTYPE should be lowercase",
          location: event.location,
          context: this.options,
          fix(fixer) {
            fixer.replaceText(keywordLocation, "doctype");
          }
        });
      }
    });
  }
}

const defaults$r = {
  style: "lowercase",
  ignoreForeign: true
};
class ElementCase extends Rule {
  style;
  constructor(options) {
    super({ ...defaults$r, ...options });
    this.style = new CaseStyle(this.options.style, "element-case");
  }
  static fixable = true;
  static schema() {
    const styleEnum = ["lowercase", "uppercase", "pascalcase", "camelcase"];
    return {
      ignoreForeign: {
        type: "boolean"
      },
      style: {
        anyOf: [
          {
            enum: styleEnum,
            type: "string"
          },
          {
            items: {
              enum: styleEnum,
              type: "string"
            },
            type: "array"
          }
        ]
      }
    };
  }
  documentation() {
    const { style } = this.options;
    return {
      description: Array.isArray(style) ? [`Element tagname must be in one of:`, "", ...style.map((it) => `- ${it}`)].join("\n") : `Element tagname must be in ${style}.`,
      url: "https://html-validate.org/rules/element-case.html"
    };
  }
  setup() {
    this.on("tag:start", (event) => {
      const { target, location } = event;
      this.validateCase(target, location);
    });
    this.on("tag:end", (event) => {
      const { target, previous } = event;
      this.validateMatchingCase(previous, target);
    });
  }
  validateCase(target, targetLocation) {
    if (target.implicit || this.options.ignoreForeign && isForeign(target)) {
      return;
    }
    const location = sliceLocation(targetLocation, 1);
    const tagName = target.tagName.slice(-location.size);
    const letters = tagName.replaceAll(/[^a-z]+/gi, "");
    if (this.style.match(letters)) {
      return;
    }
    const replacement = this.style.convert(tagName);
    this.report({
      node: target,
      message: `Element "${tagName}" should be ${this.style.name}`,
      location,
      fix: replacement === null ? null : (fixer) => {
        fixer.renameTag(target, replacement);
      }
    });
  }
  validateMatchingCase(start, end) {
    if (!start || start.implicit || !end || !start.tagName || !end.tagName) {
      return;
    }
    const location = sliceLocation(end.location, 1);
    const startName = start.tagName.slice(-start.location.size);
    const endName = end.tagName.slice(-location.size);
    if (startName.toLowerCase() !== endName.toLowerCase()) {
      return;
    }
    if (startName === endName) {
      return;
    }
    this.report({
      node: start,
      message: "Start and end tag must not differ in casing",
      location: end.location,
      fix(fixer) {
        fixer.replaceText(location, startName);
      }
    });
  }
}

const defaults$q = {
  pattern: "^[a-z][a-z0-9\\-._]*-[a-z0-9\\-._]*$",
  whitelist: [],
  blacklist: []
};
class ElementName extends Rule {
  pattern;
  constructor(options) {
    super({ ...defaults$q, ...options });
    this.pattern = new RegExp(this.options.pattern);
  }
  static schema() {
    return {
      blacklist: {
        items: {
          type: "string"
        },
        type: "array"
      },
      pattern: {
        type: "string"
      },
      whitelist: {
        items: {
          type: "string"
        },
        type: "array"
      }
    };
  }
  documentation(context) {
    return {
      description: this.documentationMessages(context).join("\n"),
      url: "https://html-validate.org/rules/element-name.html"
    };
  }
  documentationMessages(context) {
    if (context.blacklist.includes(context.tagName)) {
      return [
        `<${context.tagName}> is blacklisted by the project configuration.`,
        "",
        "The following names are blacklisted:",
        ...context.blacklist.map((cur) => `- ${cur}`)
      ];
    }
    if (context.pattern !== defaults$q.pattern) {
      return [
        `<${context.tagName}> is not a valid element name. This project is configured to only allow names matching the following regular expression:`,
        "",
        `- \`${context.pattern}\``
      ];
    }
    return [
      `<${context.tagName}> is not a valid element name. If this is a custom element HTML requires the name to follow these rules:`,
      "",
      "- The name must begin with `a-z`",
      "- The name must include a hyphen `-`",
      "- It may include alphanumerical characters `a-z0-9` or hyphens `-`, dots `.` or underscores `_`."
    ];
  }
  setup() {
    const xmlns = /^[^:]+:.+$/;
    this.on("tag:start", (event) => {
      const target = event.target;
      const tagName = target.tagName;
      const location = sliceLocation(event.location, 1);
      const context = {
        tagName,
        pattern: this.options.pattern,
        blacklist: this.options.blacklist
      };
      if (this.options.blacklist.includes(tagName)) {
        this.report({
          node: target,
          message: `<${tagName}> element is blacklisted`,
          location,
          context
        });
      }
      if (target.meta) {
        return;
      }
      if (xmlns.test(tagName)) {
        return;
      }
      if (this.options.whitelist.includes(tagName)) {
        return;
      }
      if (!this.pattern.test(tagName)) {
        this.report({
          node: target,
          message: `<${tagName}> is not a valid element name`,
          location,
          context
        });
      }
    });
  }
}

function isNativeTemplate(node) {
  const { tagName, meta } = node;
  if (!meta) {
    return false;
  }
  return Boolean(tagName === "template" && meta.templateRoot && meta.scriptSupporting);
}
function getTransparentChildren(node, transparent) {
  if (typeof transparent === "boolean") {
    return node.childElements;
  }
  return node.childElements.filter((it) => {
    return transparent.some((category) => {
      return Validator.validatePermittedCategory(it, category, false);
    });
  });
}
function getRuleDescription$2(context) {
  switch (context.kind) {
    case "content" /* CONTENT */:
      return [
        `The \`${context.child}\` element is not permitted as content under the parent \`${context.parent}\` element.`
      ];
    case "descendant" /* DESCENDANT */:
      return [
        `The \`${context.child}\` element is not permitted as a descendant of the \`${context.ancestor}\` element.`
      ];
  }
}
class ElementPermittedContent extends Rule {
  documentation(context) {
    return {
      description: getRuleDescription$2(context).join("\n"),
      url: "https://html-validate.org/rules/element-permitted-content.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const doc = event.document;
      walk.depthFirst(doc, (node) => {
        const parent = node.parent;
        if (!parent) {
          return;
        }
        [
          () => this.validatePermittedContent(node, parent),
          () => this.validatePermittedDescendant(node, parent)
          /* eslint-disable-next-line unicorn/no-unused-builtin-method-return -- technical debt, should use iterator helpers */
        ].some((fn) => fn());
      });
    });
  }
  validatePermittedContent(cur, parent) {
    if (!parent.meta) {
      return false;
    }
    const rules = parent.meta.permittedContent ?? null;
    return this.validatePermittedContentImpl(cur, parent, rules);
  }
  validatePermittedContentImpl(cur, parent, rules) {
    if (!Validator.validatePermitted(cur, rules)) {
      const child = `<${cur.tagName}>`;
      const message = `${child} element is not permitted as content under ${parent.annotatedName}`;
      const context = {
        kind: "content" /* CONTENT */,
        parent: parent.annotatedName,
        child
      };
      this.report({
        node: cur,
        message,
        location: null,
        context
      });
      return true;
    }
    if (cur.meta?.transparent) {
      const children = getTransparentChildren(cur, cur.meta.transparent);
      return children.map((child) => {
        return this.validatePermittedContentImpl(child, parent, rules);
      }).some(Boolean);
    }
    return false;
  }
  validatePermittedDescendant(node, parent) {
    for (let cur = parent; cur && !cur.isRootElement() && !isNativeTemplate(cur); cur = /* istanbul ignore next */
    cur.parent ?? null) {
      const meta = cur.meta;
      if (!meta) {
        continue;
      }
      const rules = meta.permittedDescendants;
      if (!rules) {
        continue;
      }
      if (Validator.validatePermitted(node, rules)) {
        continue;
      }
      const child = `<${node.tagName}>`;
      const ancestor = cur.annotatedName;
      const message = `${child} element is not permitted as a descendant of ${ancestor}`;
      const context = {
        kind: "descendant" /* DESCENDANT */,
        ancestor,
        child
      };
      this.report({
        node,
        message,
        location: null,
        context
      });
      return true;
    }
    return false;
  }
}

class ElementPermittedOccurrences extends Rule {
  documentation() {
    return {
      description: "Some elements may only be used a fixed amount of times in given context.",
      url: "https://html-validate.org/rules/element-permitted-occurrences.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const doc = event.document;
      walk.depthFirst(doc, (node) => {
        if (!node.meta) {
          return;
        }
        const rules = node.meta.permittedContent;
        if (!rules) {
          return;
        }
        Validator.validateOccurrences(
          node.childElements,
          rules,
          (child, category) => {
            this.report({
              node: child,
              message: `Element <${category}> can only appear once under ${node.annotatedName}`
            });
          }
        );
      });
    });
  }
}

class ElementPermittedOrder extends Rule {
  documentation() {
    return {
      description: "Some elements has a specific order the children must use.",
      url: "https://html-validate.org/rules/element-permitted-order.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const doc = event.document;
      walk.depthFirst(doc, (node) => {
        if (!node.meta) {
          return;
        }
        const rules = node.meta.permittedOrder;
        if (!rules) {
          return;
        }
        Validator.validateOrder(
          node.childElements,
          rules,
          (child, prev) => {
            this.report({
              node: child,
              message: `Element <${child.tagName}> must be used before <${prev.tagName}> in this context`,
              related: [{ kind: "element", node: prev }]
            });
          }
        );
      });
    });
  }
}

function isCategoryOrTag(value) {
  return typeof value === "string";
}
function isCategory$1(value) {
  return value.startsWith("@");
}
function formatCategoryOrTag(value) {
  return isCategory$1(value) ? value.slice(1) : `<${value}>`;
}
function isFormattable(rules) {
  return rules.length > 0 && rules.every(isCategoryOrTag);
}
function getRuleDescription$1(context) {
  const { child, parent, rules } = context;
  const preamble = `The \`${child}\` element cannot have a \`${parent}\` element as parent.`;
  if (isFormattable(rules)) {
    const allowed = rules.filter(isCategoryOrTag).map((it) => {
      if (isCategory$1(it)) {
        return `- any ${it.slice(1)} element`;
      }
      return `- \`<${it}>\``;
    });
    return [preamble, "", "Allowed parents one of:", "", ...allowed];
  }
  return [preamble];
}
function formatMessage$1(node, parent, rules) {
  const nodeName = node.annotatedName;
  const parentName = parent.annotatedName;
  if (!isFormattable(rules)) {
    return `${nodeName} element cannot have ${parentName} element as parent`;
  }
  const allowed = utils_naturalJoin.naturalJoin(rules.filter(isCategoryOrTag).map(formatCategoryOrTag));
  return `${nodeName} element requires a ${allowed} element as parent`;
}
class ElementPermittedParent extends Rule {
  documentation(context) {
    return {
      description: getRuleDescription$1(context).join("\n"),
      url: "https://html-validate.org/rules/element-permitted-parent.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const doc = event.document;
      walk.depthFirst(doc, (node) => {
        const parent = node.parent;
        if (!parent) {
          return;
        }
        if (parent.isRootElement()) {
          return;
        }
        if (parent.tagName === node.tagName) {
          return;
        }
        const rules = node.meta?.permittedParent;
        if (!rules) {
          return;
        }
        if (Validator.validatePermitted(parent, rules)) {
          return;
        }
        const message = formatMessage$1(node, parent, rules);
        const context = {
          parent: parent.annotatedName,
          child: node.annotatedName,
          rules
        };
        this.report({
          node,
          message,
          location: null,
          context
        });
      });
    });
  }
}

function isTagnameOnly(value) {
  return /^[\dA-Z-]+$/i.test(value);
}
function getRuleDescription(context) {
  const escaped = context.ancestor.map((it) => `\`${it}\``);
  return [`The \`${context.child}\` element requires a ${utils_naturalJoin.naturalJoin(escaped)} ancestor.`];
}
class ElementRequiredAncestor extends Rule {
  documentation(context) {
    return {
      description: getRuleDescription(context).join("\n"),
      url: "https://html-validate.org/rules/element-required-ancestor.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const doc = event.document;
      walk.depthFirst(doc, (node) => {
        const parent = node.parent;
        if (!parent) {
          return;
        }
        this.validateRequiredAncestors(node);
      });
    });
  }
  validateRequiredAncestors(node) {
    if (!node.meta) {
      return;
    }
    const rules = node.meta.requiredAncestors;
    if (!rules) {
      return;
    }
    if (Validator.validateAncestors(node, rules)) {
      return;
    }
    const ancestor = rules.map((it) => isTagnameOnly(it) ? `<${it}>` : `"${it}"`);
    const child = `<${node.tagName}>`;
    const message = `<${node.tagName}> element requires a ${utils_naturalJoin.naturalJoin(ancestor)} ancestor`;
    const context = {
      ancestor,
      child
    };
    this.report({
      node,
      message,
      location: null,
      context
    });
  }
}

const defaultMessage = `{{ tagName }} is missing required "{{ attr }}" attribute`;
function normalizeRequired(element, attr) {
  const { required } = attr;
  if (typeof required === "function") {
    const result = required(element._adapter);
    switch (result) {
      case void 0:
      case null:
      case false:
      case "":
        return false;
      case true:
        return defaultMessage;
      default:
        return result;
    }
  }
  return required ? defaultMessage : false;
}
class ElementRequiredAttributes extends Rule {
  documentation(context) {
    return {
      description: `The \`${context.tagName}\` element is required to have a \`${context.attr}\` attribute.`,
      url: "https://html-validate.org/rules/element-required-attributes.html"
    };
  }
  setup() {
    this.on("tag:end", (event) => {
      const node = event.previous;
      const meta = node.meta;
      if (!meta?.attributes) {
        return;
      }
      for (const [key, attr] of Object.entries(meta.attributes)) {
        const required = normalizeRequired(node, attr);
        if (!required) {
          continue;
        }
        this.validateRequiredAttribute(node, key, required);
      }
    });
  }
  validateRequiredAttribute(node, attr, message) {
    if (node.hasAttribute(attr)) {
      return;
    }
    const context = {
      tagName: node.annotatedName,
      attr
    };
    this.report({
      node,
      message,
      location: node.location,
      context
    });
  }
}

function isCategory(value) {
  return value.startsWith("@");
}
class ElementRequiredContent extends Rule {
  documentation(context) {
    const { element, missing } = context;
    return {
      description: `The \`${element}\` element requires a \`${missing}\` to be present as content.`,
      url: "https://html-validate.org/rules/element-required-content.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const doc = event.document;
      walk.depthFirst(doc, (node) => {
        if (!node.meta) {
          return;
        }
        const rules = node.meta.requiredContent;
        if (!rules) {
          return;
        }
        for (const missing of Validator.validateRequiredContent(node, rules)) {
          const context = {
            element: node.annotatedName,
            missing: `<${missing}>`
          };
          const tag = isCategory(missing) ? `${missing.slice(1)} element` : `<${missing}>`;
          const message = `${node.annotatedName} element must have ${tag} as content`;
          this.report({
            node,
            message,
            location: null,
            context
          });
        }
      });
    });
  }
}

const selector = ["h1", "h2", "h3", "h4", "h5", "h6"].join(",");
function hasImgAltText$1(node) {
  return hasAltText(node);
}
function hasSvgTitle(node) {
  return node.textContent.trim() !== "";
}
class EmptyHeading extends Rule {
  documentation() {
    return {
      description: `Assistive technology such as screen readers require textual content in headings. Whitespace only is considered empty.`,
      url: "https://html-validate.org/rules/empty-heading.html"
    };
  }
  setup() {
    this.on("dom:ready", ({ document }) => {
      const headings = document.querySelectorAll(selector);
      for (const heading of headings) {
        this.validateHeading(heading);
      }
    });
  }
  validateHeading(heading) {
    const img = heading.querySelectorAll("img");
    if (img.some(hasImgAltText$1)) {
      return;
    }
    const svg = heading.querySelectorAll("svg");
    if (svg.some(hasSvgTitle)) {
      return;
    }
    switch (classifyNodeText(heading, { ignoreHiddenRoot: true })) {
      case TextClassification.DYNAMIC_TEXT:
      case TextClassification.STATIC_TEXT:
        break;
      case TextClassification.EMPTY_TEXT:
        this.report({
          node: heading,
          message: `<${heading.tagName}> cannot be empty, must have text content`
        });
        break;
    }
  }
}

class EmptyTitle extends Rule {
  documentation() {
    return {
      description: [
        "The `<title>` element cannot be empty, it must have textual content.",
        "",
        "It is used to describe the document and is shown in the browser tab and titlebar.",
        "WCAG and SEO requires a descriptive title and preferably unique within the site.",
        "",
        "Whitespace is ignored."
      ].join("\n"),
      url: "https://html-validate.org/rules/empty-title.html"
    };
  }
  setup() {
    this.on("tag:end", (event) => {
      const node = event.previous;
      if (node.tagName !== "title") {
        return;
      }
      switch (classifyNodeText(node)) {
        case TextClassification.DYNAMIC_TEXT:
        case TextClassification.STATIC_TEXT: {
          break;
        }
        case TextClassification.EMPTY_TEXT: {
          const message = `<${node.tagName}> cannot be empty, must have text content`;
          this.report({
            node,
            message,
            location: node.location
          });
          break;
        }
      }
    });
  }
}

const defaults$p = {
  allowArrayBrackets: true,
  allowCheckboxDefault: true,
  shared: ["radio", "button", "reset", "submit"]
};
const UNIQUE_CACHE_KEY = /* @__PURE__ */ Symbol("form-elements-unique");
const SHARED_CACHE_KEY = /* @__PURE__ */ Symbol("form-elements-shared");
function isEnabled(element) {
  if (isHTMLHidden(element)) {
    return false;
  }
  if (isInert(element)) {
    return false;
  }
  if (isInputDisabled(element)) {
    return false;
  }
  return true;
}
function haveName(name) {
  return typeof name === "string" && name !== "";
}
function allowSharedName(node, shared) {
  const type = getControlType(node);
  return shared.includes(type);
}
function isInputHidden(element) {
  return element.is("input") && element.getAttributeValue("type") === "hidden";
}
function isInputCheckbox(element) {
  return element.is("input") && element.getAttributeValue("type") === "checkbox";
}
function getControlType(element) {
  const type = element.getAttributeValue("type") ?? "";
  if (element.is("button") && type === "") {
    return "submit";
  }
  return type;
}
function isCheckboxWithDefault(control, previous, options) {
  const { allowCheckboxDefault } = options;
  if (!allowCheckboxDefault) {
    return false;
  }
  if (!previous.potentialHiddenDefault) {
    return false;
  }
  if (!isInputCheckbox(control)) {
    return false;
  }
  return true;
}
function getDocumentation(context) {
  const trailer = "Each form control must have a unique name.";
  const { name } = context;
  switch (context.kind) {
    case "duplicate":
      return [`Duplicate form control name "${name}"`, trailer].join("\n");
    case "mix":
      return [
        `Form control name cannot mix regular name "{{ name }}" with array brackets "{{ name }}[]"`,
        trailer
      ].join("\n");
  }
}
class FormDupName extends Rule {
  constructor(options) {
    super({ ...defaults$p, ...options });
  }
  static schema() {
    return {
      allowArrayBrackets: {
        type: "boolean"
      },
      allowCheckboxDefault: {
        type: "boolean"
      },
      shared: {
        type: "array",
        items: {
          enum: ["radio", "checkbox", "submit", "button", "reset"]
        }
      }
    };
  }
  documentation(context) {
    return {
      description: getDocumentation(context),
      url: "https://html-validate.org/rules/form-dup-name.html"
    };
  }
  setup() {
    const selector = this.getSelector();
    const { shared } = this.options;
    this.on("dom:ready", (event) => {
      const { document } = event;
      const controls = document.querySelectorAll(selector).filter(isEnabled);
      const [sharedControls, uniqueControls] = partition(controls, (it) => {
        return allowSharedName(it, shared);
      });
      for (const control of uniqueControls) {
        const attr = control.getAttribute("name");
        const name = attr?.value;
        if (!attr || !haveName(name)) {
          continue;
        }
        const group = control.closest("form, template") ?? document.root;
        this.validateUniqueName(control, group, attr, name);
      }
      for (const control of sharedControls) {
        const attr = control.getAttribute("name");
        const name = attr?.value;
        if (!attr || !haveName(name)) {
          continue;
        }
        const group = control.closest("form, template") ?? document.root;
        this.validateSharedName(control, group, attr, name);
      }
    });
  }
  validateUniqueName(control, group, attr, name) {
    const elements = this.getUniqueElements(group);
    const { allowArrayBrackets } = this.options;
    if (allowArrayBrackets) {
      const isarray = name.endsWith("[]");
      const basename = isarray ? name.slice(0, -2) : name;
      const details = elements.get(basename);
      if (details && details.array !== isarray) {
        const context = {
          name: basename,
          kind: "mix"
        };
        this.report({
          node: control,
          location: attr.valueLocation,
          message: 'Cannot mix "{{ name }}[]" and "{{ name }}"',
          context
        });
        return;
      }
      if (!details && isarray) {
        elements.set(basename, {
          array: true,
          potentialHiddenDefault: false
        });
      }
      if (isarray) {
        return;
      }
    }
    const previous = elements.get(name);
    if (previous) {
      if (isCheckboxWithDefault(control, previous, this.options)) {
        previous.potentialHiddenDefault = false;
        return;
      }
      const context = {
        name,
        kind: "duplicate"
      };
      this.report({
        node: control,
        location: attr.valueLocation,
        message: 'Duplicate form control name "{{ name }}"',
        context
      });
    } else {
      elements.set(name, {
        array: false,
        potentialHiddenDefault: isInputHidden(control)
      });
    }
  }
  validateSharedName(control, group, attr, name) {
    const uniqueElements = this.getUniqueElements(group);
    const sharedElements = this.getSharedElements(group);
    const type = getControlType(control);
    if (uniqueElements.has(name) || sharedElements.has(name) && sharedElements.get(name) !== type) {
      const context = {
        name,
        kind: "duplicate"
      };
      this.report({
        node: control,
        location: attr.valueLocation,
        message: 'Duplicate form control name "{{ name }}"',
        context
      });
    }
    sharedElements.set(name, type);
  }
  getSelector() {
    const tags = this.getTagsWithProperty("formAssociated").filter((it) => {
      return this.isListedElement(it);
    });
    return tags.join(", ");
  }
  isListedElement(tagName) {
    const meta = this.getMetaFor(tagName);
    if (!meta?.formAssociated) {
      return false;
    }
    return meta.formAssociated.listed;
  }
  getUniqueElements(group) {
    const existing = group.cacheGet(UNIQUE_CACHE_KEY);
    if (existing) {
      return existing;
    }
    const elements = /* @__PURE__ */ new Map();
    group.cacheSet(UNIQUE_CACHE_KEY, elements);
    return elements;
  }
  getSharedElements(group) {
    const existing = group.cacheGet(SHARED_CACHE_KEY);
    if (existing) {
      return existing;
    }
    const elements = /* @__PURE__ */ new Map();
    group.cacheSet(SHARED_CACHE_KEY, elements);
    return elements;
  }
}

const defaults$o = {
  allowMultipleH1: false,
  minInitialRank: "h1",
  sectioningRoots: ["dialog", '[role="dialog"]', '[role="alertdialog"]'],
  minSectioningRootInitialRank: "auto"
};
function isRelevant$5(event) {
  const node = event.target;
  return Boolean(node.meta?.heading);
}
function extractLevel(node) {
  const match = /^H(\d)$/i.exec(node.tagName);
  if (match) {
    return Math.trunc(Number(match[1]));
  }
  return null;
}
function parseMaxInitial(value) {
  if (value === false || value === "any") {
    return 6;
  }
  const match = /^h(\d)$/.exec(value);
  if (!match) {
    return 1;
  }
  return Math.trunc(Number(match[1]));
}
class HeadingLevel extends Rule {
  minInitialRank;
  sectionRoots;
  minSectioningRootInitialRank;
  stack = [];
  constructor(options) {
    super({ ...defaults$o, ...options });
    this.minInitialRank = parseMaxInitial(this.options.minInitialRank);
    this.minSectioningRootInitialRank = this.options.minSectioningRootInitialRank === "auto" ? "auto" : parseMaxInitial(this.options.minSectioningRootInitialRank);
    this.sectionRoots = this.options.sectioningRoots.map((it) => new Compound(it));
    this.stack.push({
      node: null,
      current: 0,
      h1Count: 0
    });
  }
  static schema() {
    return {
      allowMultipleH1: {
        type: "boolean"
      },
      minInitialRank: {
        enum: ["h1", "h2", "h3", "h4", "h5", "h6", "any", false]
      },
      sectioningRoots: {
        items: {
          type: "string"
        },
        type: "array"
      },
      minSectioningRootInitialRank: {
        enum: ["h1", "h2", "h3", "h4", "h5", "h6", "auto"]
      }
    };
  }
  documentation() {
    const text = [];
    const modality = this.minInitialRank > 1 ? "should" : "must";
    text.push(`Headings ${modality} start at <h1> and can only increase one level at a time.`);
    text.push("The headings should form a table of contents and make sense on its own.");
    if (!this.options.allowMultipleH1) {
      text.push("");
      text.push(
        "Under the current configuration only a single <h1> can be present at a time in the document."
      );
    }
    return {
      description: text.join("\n"),
      url: "https://html-validate.org/rules/heading-level.html"
    };
  }
  setup() {
    this.on("tag:start", isRelevant$5, (event) => {
      this.onTagStart(event);
    });
    this.on("tag:ready", (event) => {
      this.onTagReady(event);
    });
    this.on("tag:end", (event) => {
      this.onTagClose(event);
    });
  }
  onTagStart(event) {
    const level = extractLevel(event.target);
    if (!level) {
      return;
    }
    const root = this.getCurrentRoot();
    if (!this.options.allowMultipleH1 && level === 1) {
      if (root.h1Count >= 1) {
        const location = sliceLocation(event.location, 1);
        this.report({
          node: event.target,
          message: `Multiple <h1> are not allowed`,
          location
        });
        return;
      }
      root.h1Count++;
    }
    if (level <= root.current) {
      root.current = level;
      return;
    }
    this.checkLevelIncrementation(root, event, level);
    root.current = level;
  }
  /**
   * Validate heading level was only incremented by one.
   */
  checkLevelIncrementation(root, event, level) {
    const expected = root.current + 1;
    if (level === expected) {
      return;
    }
    const isInitial = this.stack.length === 1 && expected === 1;
    if (isInitial && level <= this.minInitialRank) {
      return;
    }
    const location = sliceLocation(event.location, 1);
    if (root.current > 0) {
      const expectedTag = `<h${String(expected)}>`;
      const actualTag = `<h${String(level)}>`;
      const msg = `Heading level can only increase by one, expected ${expectedTag} but got ${actualTag}`;
      this.report({
        node: event.target,
        message: msg,
        location
      });
    } else {
      this.checkInitialLevel(
        event,
        location,
        level,
        this.minSectioningRootInitialRank === "auto" ? expected : this.minSectioningRootInitialRank
      );
    }
  }
  checkInitialLevel(event, location, level, expected) {
    const expectedTag = `<h${String(expected)}>`;
    const actualTag = `<h${String(level)}>`;
    if (this.stack.length === 1) {
      const msg = this.minInitialRank > 1 ? `Initial heading level must be <h${String(this.minInitialRank)}> or higher rank but got ${actualTag}` : `Initial heading level must be ${expectedTag} but got ${actualTag}`;
      this.report({
        node: event.target,
        message: msg,
        location
      });
    } else {
      const prevRoot = this.getPrevRoot();
      const prevRootExpected = this.minSectioningRootInitialRank === "auto" ? prevRoot.current + 1 : expected;
      if (level > prevRootExpected) {
        if (expected === prevRootExpected) {
          const msg = `Initial heading level for sectioning root must be ${expectedTag} but got ${actualTag}`;
          this.report({
            node: event.target,
            message: msg,
            location
          });
        } else {
          const msg = `Initial heading level for sectioning root must be between ${expectedTag} and <h${String(prevRootExpected)}> but got ${actualTag}`;
          this.report({
            node: event.target,
            message: msg,
            location
          });
        }
      }
    }
  }
  /**
   * Check if the current element is a sectioning root and push a new root entry
   * on the stack if it is.
   */
  onTagReady(event) {
    const { target } = event;
    if (this.isSectioningRoot(target)) {
      this.stack.push({
        node: target.unique,
        current: 0,
        h1Count: 0
      });
    }
  }
  /**
   * Check if the current element being closed is the element which opened the
   * current sectioning root, in which case the entry is popped from the stack.
   */
  onTagClose(event) {
    const { previous: target } = event;
    const root = this.getCurrentRoot();
    if (target.unique !== root.node) {
      return;
    }
    this.stack.pop();
  }
  getPrevRoot() {
    return this.stack.at(-2);
  }
  getCurrentRoot() {
    return this.stack.at(-1);
  }
  isSectioningRoot(node) {
    const context = {
      scope: node
    };
    return this.sectionRoots.some((it) => it.match(node, context));
  }
}

const FOCUSABLE_CACHE = Symbol(isFocusable.name);
function isDisabled(element, meta) {
  if (!meta.formAssociated?.disablable) {
    return false;
  }
  const disabled = element.matches("[disabled]");
  if (disabled) {
    return true;
  }
  const fieldset = element.closest("fieldset[disabled]");
  if (fieldset) {
    return true;
  }
  return false;
}
function isFocusableImpl(element) {
  if (isHTMLHidden(element) || isInert(element) || isStyleHidden(element)) {
    return false;
  }
  const { tabIndex, meta } = element;
  if (tabIndex !== null) {
    return tabIndex >= 0;
  }
  if (!meta) {
    return false;
  }
  if (isDisabled(element, meta)) {
    return false;
  }
  return Boolean(meta.focusable);
}
function isFocusable(element) {
  const cached = element.cacheGet(FOCUSABLE_CACHE);
  if (cached) {
    return cached;
  }
  return element.cacheSet(FOCUSABLE_CACHE, isFocusableImpl(element));
}

class HiddenFocusable extends Rule {
  documentation(context) {
    const byParent = context === "parent" ? " In this case it is being hidden by an ancestor with `aria-hidden.`" : "";
    return {
      description: [
        `\`aria-hidden\` cannot be used on focusable elements.${byParent}`,
        "",
        "When focusable elements are hidden with `aria-hidden` they are still reachable using conventional means such as a mouse or keyboard but won't be exposed to assistive technology (AT).",
        "This is often confusing for users of AT such as screenreaders.",
        "",
        "To fix this either:",
        "  - Remove `aria-hidden`.",
        "  - Remove the element from the DOM instead.",
        '  - Use `tabindex="-1"` to remove the element from tab order.',
        "  - Use `hidden`, `inert` or similar means to hide or disable the element."
      ].join("\n"),
      url: "https://html-validate.org/rules/hidden-focusable.html"
    };
  }
  setup() {
    const focusable = this.getTagsWithProperty("focusable");
    const selector = ["[tabindex]", ...focusable].join(",");
    this.on("dom:ready", (event) => {
      const { document } = event;
      for (const element of document.querySelectorAll(selector)) {
        if (isFocusable(element) && isAriaHidden(element)) {
          this.reportElement(element);
        }
      }
    });
  }
  reportElement(element) {
    const attribute = element.getAttribute("aria-hidden");
    const message = attribute ? `aria-hidden cannot be used on focusable elements` : `aria-hidden cannot be used on focusable elements (hidden by ancestor element)`;
    const location = attribute ? attribute.keyLocation : element.location;
    const context = attribute ? "self" : "parent";
    this.report({
      node: element,
      message,
      location,
      context
    });
  }
}

const defaults$n = {
  pattern: "kebabcase"
};
function exclude$1(set, ...values) {
  const result = new Set(set);
  for (const value of values) {
    result.delete(value);
  }
  return result;
}
class IdPattern extends BasePatternRule {
  constructor(options) {
    const allowedPatterns = exclude$1(patternNames, "tailwind");
    super({
      ruleId: "id-pattern",
      attr: "id",
      options: { ...defaults$n, ...options },
      allowedPatterns
    });
  }
  static schema() {
    return super.schema();
  }
  documentation(context) {
    return {
      description: this.description(context),
      url: "https://html-validate.org/rules/id-pattern.html"
    };
  }
  setup() {
    this.on("attr", (event) => {
      const { target, key, value, valueLocation } = event;
      if (key.toLowerCase() !== "id") {
        return;
      }
      if (value instanceof DynamicValue) {
        return;
      }
      if (value === null) {
        return;
      }
      this.validateValue(target, value, valueLocation);
    });
  }
}

const restricted = /* @__PURE__ */ new Map([
  ["accept", ["file"]],
  ["alpha", ["color"]],
  ["alt", ["image"]],
  [
    "autocapitalize",
    [
      "button",
      "checkbox",
      "color",
      "date",
      "datetime-local",
      "file",
      "hidden",
      "image",
      "month",
      "number",
      "radio",
      "range",
      "reset",
      "search",
      "submit",
      "tel",
      "text",
      "time",
      "week"
    ]
  ],
  [
    "autocomplete",
    [
      "color",
      "date",
      "datetime-local",
      "email",
      "file",
      "hidden",
      "image",
      "month",
      "number",
      "password",
      "range",
      "search",
      "tel",
      "text",
      "time",
      "url",
      "week"
    ]
  ],
  ["capture", ["file"]],
  ["checked", ["checkbox", "radio"]],
  ["colorspace", ["color"]],
  ["dirname", ["hidden", "text", "search", "url", "tel", "email"]],
  ["height", ["image"]],
  [
    "list",
    [
      "text",
      "search",
      "url",
      "tel",
      "email",
      "date",
      "month",
      "week",
      "time",
      "datetime-local",
      "number",
      "range",
      "color"
    ]
  ],
  ["max", ["date", "month", "week", "time", "datetime-local", "number", "range"]],
  ["maxlength", ["text", "search", "url", "tel", "email", "password"]],
  ["min", ["date", "month", "week", "time", "datetime-local", "number", "range"]],
  ["minlength", ["text", "search", "url", "tel", "email", "password"]],
  ["multiple", ["email", "file"]],
  ["pattern", ["text", "search", "url", "tel", "email", "password"]],
  ["placeholder", ["text", "search", "url", "tel", "email", "password", "number"]],
  ["popovertarget", ["button"]],
  ["popovertargetaction", ["button"]],
  [
    "readonly",
    [
      "text",
      "search",
      "url",
      "tel",
      "email",
      "password",
      "date",
      "month",
      "week",
      "time",
      "datetime-local",
      "number"
    ]
  ],
  [
    "required",
    [
      "text",
      "search",
      "url",
      "tel",
      "email",
      "password",
      "date",
      "month",
      "week",
      "time",
      "datetime-local",
      "number",
      "checkbox",
      "radio",
      "file"
    ]
  ],
  ["size", ["text", "search", "url", "tel", "email", "password"]],
  ["src", ["image"]],
  ["step", ["date", "month", "week", "time", "datetime-local", "number", "range"]],
  [
    "value",
    [
      "button",
      "checkbox",
      "color",
      "date",
      "datetime-local",
      "email",
      "hidden",
      "month",
      "number",
      "password",
      "radio",
      "range",
      "reset",
      "search",
      "submit",
      "tel",
      "text",
      "time",
      "url",
      "week"
    ]
  ],
  ["width", ["image"]]
]);
function isInput(event) {
  const { target } = event;
  return target.is("input");
}
class InputAttributes extends Rule {
  documentation(context) {
    const { attribute, type } = context;
    const summary = `Attribute \`${attribute}\` is not allowed on \`<input type="${type}">\`
`;
    const details = `\`${attribute}\` can only be used when \`type\` is:`;
    const list = restricted.get(attribute)?.map((it) => `- \`${it}\``) ?? [];
    return {
      description: [summary, details, ...list].join("\n"),
      url: "https://html-validate.org/rules/input-attributes.html"
    };
  }
  setup() {
    this.on("tag:ready", isInput, (event) => {
      const { target } = event;
      const type = target.getAttribute("type");
      if (!type || type.isDynamic || !type.value) {
        return;
      }
      const typeValue = type.value.toString();
      for (const attr of target.attributes) {
        const validTypes = restricted.get(attr.key);
        if (!validTypes) {
          continue;
        }
        if (validTypes.includes(typeValue)) {
          continue;
        }
        const context = {
          attribute: attr.key,
          type: typeValue
        };
        const message = `Attribute "${attr.key}" is not allowed on <input type="${typeValue}">`;
        this.report({
          node: target,
          message,
          location: attr.keyLocation,
          context
        });
      }
    });
  }
}

const HAS_ACCESSIBLE_TEXT_CACHE = Symbol(hasAccessibleName.name);
function isHidden(node, context) {
  const { reference } = context;
  if (reference?.isSameNode(node)) {
    return false;
  }
  return !inAccessibilityTree(node);
}
function hasImgAltText(node, context) {
  if (node.is("img")) {
    return hasAltText(node);
  }
  if (node.is("svg")) {
    return node.textContent.trim() !== "";
  }
  for (const img of node.querySelectorAll("img, svg")) {
    const hasName = hasAccessibleNameImpl(img, context);
    if (hasName) {
      return true;
    }
  }
  return false;
}
function hasLabel(node) {
  const value = node.getAttributeValue("aria-label") ?? "";
  return Boolean(value.trim());
}
function isLabelledby(node, context) {
  const { document, reference } = context;
  if (reference) {
    return false;
  }
  const ariaLabelledby = node.ariaLabelledby;
  if (ariaLabelledby instanceof DynamicValue) {
    return true;
  }
  if (ariaLabelledby === null) {
    return false;
  }
  return ariaLabelledby.some((id) => {
    const selector = generateIdSelector(id);
    return document.querySelectorAll(selector).some((child) => {
      return hasAccessibleNameImpl(child, {
        document,
        reference: child
      });
    });
  });
}
function hasAccessibleNameImpl(current, context) {
  const { reference } = context;
  if (isHidden(current, context)) {
    return false;
  }
  const ignoreHiddenRoot = Boolean(reference?.isSameNode(current));
  const text = classifyNodeText(current, { accessible: true, ignoreHiddenRoot });
  if (text !== TextClassification.EMPTY_TEXT) {
    return true;
  }
  if (hasImgAltText(current, context)) {
    return true;
  }
  if (hasLabel(current)) {
    return true;
  }
  if (isLabelledby(current, context)) {
    return true;
  }
  return false;
}
function hasAccessibleName(document, current) {
  if (current.cacheExists(HAS_ACCESSIBLE_TEXT_CACHE)) {
    return Boolean(current.cacheGet(HAS_ACCESSIBLE_TEXT_CACHE));
  }
  const result = hasAccessibleNameImpl(current, {
    document,
    reference: null
  });
  return current.cacheSet(HAS_ACCESSIBLE_TEXT_CACHE, result);
}

function isIgnored(node) {
  if (node.is("input")) {
    const type = node.getAttributeValue("type")?.toLowerCase();
    const ignored = ["hidden", "submit", "reset", "button"];
    return Boolean(type && ignored.includes(type));
  }
  return false;
}
class InputMissingLabel extends Rule {
  documentation() {
    return {
      description: [
        "Each form element must have an a label or accessible name.",
        'Typically this is implemented using a `<label for="..">` element describing the purpose of the form element.',
        "",
        "This can be resolved in one of the following ways:",
        "",
        '  - Use an associated `<label for="..">` element.',
        "  - Use a nested `<label>` as parent element.",
        "  - Use `aria-label` or `aria-labelledby` attributes."
      ].join("\n"),
      url: "https://html-validate.org/rules/input-missing-label.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const root = event.document;
      for (const elem of root.querySelectorAll("input, textarea, select")) {
        this.validateInput(root, elem);
      }
    });
  }
  validateInput(root, elem) {
    if (!inAccessibilityTree(elem)) {
      return;
    }
    if (isIgnored(elem)) {
      return;
    }
    if (hasAccessibleName(root, elem)) {
      return;
    }
    let label;
    if ((label = findLabelById(root, elem.id)).length > 0) {
      this.validateLabel(root, elem, label);
      return;
    }
    if ((label = findLabelByParent(elem)).length > 0) {
      this.validateLabel(root, elem, label);
      return;
    }
    if (elem.hasAttribute("aria-label")) {
      this.report({
        node: elem,
        message: `<${elem.tagName}> element has aria-label but label has no text`
      });
    } else if (elem.hasAttribute("aria-labelledby")) {
      this.report({
        node: elem,
        message: `<${elem.tagName}> element has aria-labelledby but referenced element has no text`
      });
    } else {
      this.report({
        node: elem,
        message: `<${elem.tagName}> element does not have a <label>`
      });
    }
  }
  /**
   * Reports error if none of the labels are accessible.
   */
  validateLabel(root, elem, labels) {
    const visible = labels.filter(inAccessibilityTree);
    if (visible.length === 0) {
      this.report({
        node: labels[0],
        message: `<${elem.tagName}> element has <label> but <label> element is hidden`,
        related: [{ kind: "element", node: elem }]
      });
      return;
    }
    if (labels.every((label) => !hasAccessibleName(root, label))) {
      this.report({
        node: labels[0],
        message: `<${elem.tagName}> element has <label> but <label> has no text`,
        related: [{ kind: "element", node: elem }]
      });
    }
  }
}
function findLabelById(root, id) {
  if (!id) {
    return [];
  }
  return root.querySelectorAll(`label[for="${id}"]`);
}
function findLabelByParent(el) {
  let cur = el.parent;
  while (cur) {
    if (cur.is("label")) {
      return [cur];
    }
    cur = cur.parent;
  }
  return [];
}

const defaults$m = {
  maxlength: 70
};
class LongTitle extends Rule {
  maxlength;
  constructor(options) {
    super({ ...defaults$m, ...options });
    this.maxlength = this.options.maxlength;
  }
  static schema() {
    return {
      maxlength: {
        type: "number"
      }
    };
  }
  documentation() {
    return {
      description: `Search engines truncates titles with long text, possibly down-ranking the page in the process.`,
      url: "https://html-validate.org/rules/long-title.html"
    };
  }
  setup() {
    this.on("tag:end", (event) => {
      const node = event.previous;
      if (node.tagName !== "title") {
        return;
      }
      const text = node.textContent;
      if (text.length > this.maxlength) {
        this.report({
          node,
          message: `title text cannot be longer than ${String(this.maxlength)} characters`
        });
      }
    });
  }
}

function getName(attr) {
  const name = attr.value;
  if (!name || name instanceof DynamicValue) {
    return null;
  }
  return name;
}
class MapDupName extends Rule {
  documentation() {
    return {
      description: "`<map>` must have a unique name, it cannot be the same name as another `<map>` element",
      url: "https://html-validate.org/rules/map-dup-name.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const { document } = event;
      const maps = document.querySelectorAll("map[name]");
      const names = /* @__PURE__ */ new Set();
      for (const map of maps) {
        const attr = map.getAttribute("name");
        if (!attr) {
          continue;
        }
        const name = getName(attr);
        if (!name) {
          continue;
        }
        if (names.has(name)) {
          this.report({
            node: map,
            message: `<map> name must be unique`,
            location: attr.keyLocation
          });
        }
        names.add(name);
      }
    });
  }
}

function isRelevant$4(event) {
  return event.target.is("map");
}
function hasStaticValue(attr) {
  return Boolean(attr && !(attr.value instanceof DynamicValue));
}
class MapIdName extends Rule {
  documentation() {
    return {
      description: "When the `id` attribute is present on a `<map>` element it must be equal to the `name` attribute.",
      url: "https://html-validate.org/rules/map-id-name.html"
    };
  }
  setup() {
    this.on("tag:ready", isRelevant$4, (event) => {
      const { target } = event;
      const id = target.getAttribute("id");
      const name = target.getAttribute("name");
      if (!hasStaticValue(id) || !hasStaticValue(name)) {
        return;
      }
      if (id.value === name.value) {
        return;
      }
      this.report({
        node: event.target,
        message: `"id" and "name" attribute must be the same on <map> elements`,
        location: id.valueLocation ?? name.valueLocation
      });
    });
  }
}

const defaults$l = {
  allowLongDelay: false
};
class MetaRefresh extends Rule {
  constructor(options) {
    super({ ...defaults$l, ...options });
  }
  documentation() {
    return {
      description: `Meta refresh directive must use the \`0;url=...\` format. Non-zero values for time interval is disallowed as people with assistive technology might be unable to read and understand the page content before automatically reloading. For the same reason skipping the url is disallowed as it would put the browser in an infinite loop reloading the same page over and over again.`,
      url: "https://html-validate.org/rules/meta-refresh.html"
    };
  }
  setup() {
    this.on("element:ready", ({ target }) => {
      if (!target.is("meta")) {
        return;
      }
      const httpEquiv = target.getAttributeValue("http-equiv");
      if (httpEquiv !== "refresh") {
        return;
      }
      const content = target.getAttribute("content");
      if (!content?.value || content.isDynamic) {
        return;
      }
      const location = content.valueLocation;
      const value = parseContent(content.value.toString());
      if (!value) {
        this.report({
          node: target,
          message: "Malformed meta refresh directive",
          location
        });
        return;
      }
      const { delay, url } = value;
      this.validateDelay(target, location, delay, url);
    });
  }
  validateDelay(target, location, delay, url) {
    const { allowLongDelay } = this.options;
    if (allowLongDelay && delay > 72e3) {
      return;
    }
    if (!url && delay === 0) {
      this.report({
        node: target,
        message: "Don't use instant meta refresh to reload the page",
        location
      });
      return;
    }
    if (delay === 0) {
      return;
    }
    const message = allowLongDelay ? "Meta refresh must be instant (0 second delay) or greater than 20 hours (72000 second delay)" : "Meta refresh must be instant (0 second delay)";
    this.report({
      node: target,
      message,
      location
    });
  }
}
function parseContent(text) {
  const match = /^(\d+)(?:\s*;\s*url=(.*))?/i.exec(text);
  if (match) {
    return {
      delay: Math.trunc(Number(match[1])),
      url: match[2]
    };
  }
  return null;
}

class MissingDoctype extends Rule {
  static fixable = true;
  documentation() {
    return {
      description: "Requires that the document contains a doctype.",
      url: "https://html-validate.org/rules/missing-doctype.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const dom = event.document;
      if (!dom.doctype) {
        this.report({
          node: dom.root,
          message: "Document is missing doctype",
          fix(fixer) {
            fixer.replaceText(dom.root.location, "<!doctype html>\n");
          }
        });
      }
    });
  }
}

class MultipleLabeledControls extends Rule {
  labelable = "";
  documentation() {
    return {
      description: `A \`<label>\` element can only be associated with one control at a time.`,
      url: "https://html-validate.org/rules/multiple-labeled-controls.html"
    };
  }
  setup() {
    this.labelable = this.getTagsWithProperty("labelable").join(",");
    this.on("dom:ready", (event) => {
      const { document } = event;
      const labels = document.querySelectorAll("label");
      for (const label of labels) {
        const numControls = this.getNumLabledControls(label);
        if (numControls <= 1) {
          continue;
        }
        this.report({
          node: label,
          message: "<label> is associated with multiple controls",
          location: label.location
        });
      }
    });
  }
  getNumLabledControls(src) {
    const controls = src.querySelectorAll(this.labelable).filter((node) => node.meta?.labelable).map((node) => node.id);
    const attr = src.getAttribute("for");
    if (!attr || attr.isDynamic || !attr.value) {
      return controls.length;
    }
    const redundant = controls.includes(attr.value.toString());
    if (redundant) {
      return controls.length;
    }
    return controls.length + 1;
  }
}

const defaults$k = {
  pattern: "camelcase"
};
function exclude(set, ...values) {
  const result = new Set(set);
  for (const value of values) {
    result.delete(value);
  }
  return result;
}
class NamePattern extends BasePatternRule {
  constructor(options) {
    const allowedPatterns = exclude(patternNames, "tailwind");
    super({
      ruleId: "name-pattern",
      attr: "name",
      options: { ...defaults$k, ...options },
      allowedPatterns
    });
  }
  static schema() {
    return super.schema();
  }
  documentation(context) {
    return {
      description: this.description(context),
      url: "https://html-validate.org/rules/name-pattern.html"
    };
  }
  setup() {
    this.on("attr", (event) => {
      const { target, key, value, valueLocation } = event;
      const { meta } = target;
      if (!meta?.formAssociated?.listed) {
        return;
      }
      if (key.toLowerCase() !== "name") {
        return;
      }
      if (value instanceof DynamicValue) {
        return;
      }
      if (value === null) {
        return;
      }
      const name = value.endsWith("[]") ? value.slice(0, -2) : value;
      this.validateValue(target, name, valueLocation);
    });
  }
}

const ariaSpecificationUrl = {
  "1.2": "https://www.w3.org/TR/wai-aria-1.2/#abstract_roles",
  "1.3": "https://www.w3.org/TR/wai-aria-1.3/#abstract_roles",
  latest: "https://w3c.github.io/aria/#abstract_roles"
};
function isRelevant$3(event) {
  return event.key === "role";
}
class NoAbstractRole extends Rule {
  documentation(context) {
    const ariaVersion = this.getAriaVersion();
    const abstractRoles = this.getAriaRoles((role) => role.category === "abstract");
    const url = ariaSpecificationUrl[ariaVersion];
    return {
      description: [
        `Role \`"${context.role}"\` is abstract and must not be used.`,
        "",
        `The configured WAI-ARIA version (${ariaVersion}) defines a list of [abstract roles](${url}) which cannot be used by authors:`,
        "",
        ...Array.from(abstractRoles, ({ role }) => `- \`"${role}"\``),
        "",
        `Use one of the defined subclass roles for \`"${context.role}"\` instead.`
      ].join("\n"),
      url: "https://html-validate.org/rules/no-abstract-role.html"
    };
  }
  setup() {
    this.on("attr", isRelevant$3, (event) => {
      const roles = event.value;
      if (!roles || roles instanceof DynamicValue) {
        return;
      }
      const tokens = new DOMTokenList(roles, event.valueLocation);
      for (const { item: role, location } of tokens.iterator()) {
        const roleData = this.getAriaRoleData(role);
        if (roleData?.category !== "abstract") {
          continue;
        }
        this.report({
          node: event.target,
          message: `Role "{{ role }}" is abstract and must not be used`,
          location,
          context: {
            role
          }
        });
      }
    });
  }
}

const defaults$j = {
  include: null,
  exclude: null
};
class NoAutoplay extends Rule {
  constructor(options) {
    super({ ...defaults$j, ...options });
  }
  documentation(context) {
    return {
      description: [
        `The autoplay attribute is not allowed on <${context.tagName}>.`,
        "Autoplaying content can be disruptive for users and has accessibilty concerns.",
        "Prefer to let the user control playback."
      ].join("\n"),
      url: "https://html-validate.org/rules/no-autoplay.html"
    };
  }
  static schema() {
    return {
      exclude: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      },
      include: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      }
    };
  }
  setup() {
    this.on("attr", (event) => {
      if (event.key.toLowerCase() !== "autoplay") {
        return;
      }
      if (event.value && event.value instanceof DynamicValue) {
        return;
      }
      const tagName = event.target.tagName;
      if (this.isKeywordIgnored(tagName)) {
        return;
      }
      const context = { tagName };
      const location = event.location;
      this.report({
        node: event.target,
        message: `The autoplay attribute is not allowed on <${tagName}>`,
        location,
        context
      });
    });
  }
}

class NoConditionalComment extends Rule {
  documentation() {
    return {
      description: "Microsoft Internet Explorer previously supported using special HTML comments (conditional comments) for targeting specific versions of IE but since IE 10 it is deprecated and not supported in standards mode.",
      url: "https://html-validate.org/rules/no-conditional-comment.html"
    };
  }
  setup() {
    this.on("conditional", (event) => {
      this.report({
        node: event.parent,
        message: "Use of conditional comments are deprecated",
        location: event.location
      });
    });
  }
}

class NoDeprecatedAttr extends Rule {
  documentation() {
    return {
      description: "HTML5 deprecated many old attributes.",
      url: "https://html-validate.org/rules/no-deprecated-attr.html"
    };
  }
  setup() {
    this.on("attr", (event) => {
      const node = event.target;
      const meta = node.meta;
      if (meta === null) {
        return;
      }
      const attr = event.key.toLowerCase();
      const metaAttribute = meta.attributes[attr];
      if (!metaAttribute) {
        return;
      }
      const deprecated = metaAttribute.deprecated;
      if (deprecated) {
        this.report({
          node,
          message: `Attribute "${event.key}" is deprecated on <${node.tagName}> element`,
          location: event.keyLocation
        });
      }
    });
  }
}

class NoDupAttr extends Rule {
  documentation() {
    return {
      description: "HTML disallows two or more attributes with the same (case-insensitive) name.",
      url: "https://html-validate.org/rules/no-dup-attr.html"
    };
  }
  setup() {
    let attr = {};
    this.on("tag:start", () => {
      attr = {};
    });
    this.on("attr", (event) => {
      if (event.originalAttribute) {
        return;
      }
      const name = event.key.toLowerCase();
      if (Object.hasOwn(attr, name)) {
        this.report({
          node: event.target,
          message: `Attribute "${name}" duplicated`,
          location: event.keyLocation
        });
      }
      attr[event.key] = true;
    });
  }
}

class NoDupClass extends Rule {
  documentation() {
    return {
      description: "Prevents unnecessary duplication of class names.",
      url: "https://html-validate.org/rules/no-dup-class.html"
    };
  }
  static fixable = true;
  setup() {
    this.on("attr", (event) => {
      if (event.key.toLowerCase() !== "class") {
        return;
      }
      const classes = new DOMTokenList(event.value, event.valueLocation);
      const unique = /* @__PURE__ */ new Set();
      for (const { item, location } of classes.iterator()) {
        if (unique.has(item)) {
          this.report({
            node: event.target,
            message: `Class "${item}" duplicated`,
            location,
            fix(fixer) {
              fixer.removeText(location, {
                trimStart: true
              });
            }
          });
        }
        unique.add(item);
      }
    });
  }
}

const CACHE_KEY = /* @__PURE__ */ Symbol("no-dup-id");
const defaults$i = {
  include: null,
  exclude: null
};
class NoDupID extends Rule {
  constructor(options) {
    super({ ...defaults$i, ...options });
  }
  static schema() {
    return {
      exclude: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      },
      include: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      }
    };
  }
  documentation() {
    return {
      description: "The ID of an element must be unique.",
      url: "https://html-validate.org/rules/no-dup-id.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const { document } = event;
      const rootExisting = getExisting(document.root, document.root);
      const useRootExisting = !document.querySelector("template");
      const elements = document.querySelectorAll("[id]");
      for (const el of elements) {
        const attr = el.getAttribute("id");
        if (!attr) {
          continue;
        }
        if (!attr.value) {
          continue;
        }
        if (attr.isDynamic) {
          continue;
        }
        const id = attr.value.toString();
        if (this.isKeywordIgnored(id, keywordPatternMatcher)) {
          continue;
        }
        const existing = useRootExisting ? rootExisting : getExisting(el, document.root);
        const first = existing.get(id);
        if (first) {
          this.report({
            node: el,
            message: `Duplicate ID "${id}"`,
            location: attr.valueLocation,
            related: [{ kind: "element", node: first }]
          });
          continue;
        }
        existing.set(id, el);
      }
    });
  }
}
function getExisting(element, root) {
  const group = element.closest("template") ?? root;
  const existing = group.cacheGet(CACHE_KEY);
  if (existing) {
    return existing;
  }
  const value = /* @__PURE__ */ new Map();
  return group.cacheSet(CACHE_KEY, value);
}

function isRelevant$2(event) {
  return event.target.is("button");
}
class NoImplicitButtonType extends Rule {
  documentation() {
    return {
      description: [
        "`<button>` is missing recommended `type` attribute",
        "",
        "When the `type` attribute is omitted it defaults to `submit`.",
        "Submit buttons are triggered when a keyboard user presses <kbd>Enter</kbd>.",
        "",
        "As this may or may not be inteded this rule enforces that the `type` attribute be explicitly set to one of the valid types:",
        "",
        "- `button` - a generic button.",
        "- `submit` - a submit button.",
        "- `reset`- a button to reset form fields."
      ].join("\n"),
      url: "https://html-validate.org/rules/no-implicit-button-type.html"
    };
  }
  setup() {
    this.on("element:ready", isRelevant$2, (event) => {
      const { target } = event;
      if (target.parent?.is("select")) {
        return;
      }
      const attr = target.getAttribute("type");
      if (!attr) {
        this.report({
          node: event.target,
          message: `<button> is missing recommended "type" attribute`
        });
      }
    });
  }
}

class NoImplicitClose extends Rule {
  documentation() {
    return {
      description: `Some elements in HTML has optional end tags. When an optional tag is omitted a browser must handle it as if the end tag was present.

Omitted end tags can be ambigious for humans to read and many editors have trouble formatting the markup.`,
      url: "https://html-validate.org/rules/no-implicit-close.html"
    };
  }
  setup() {
    this.on("tag:end", (event) => {
      const closed = event.previous;
      const by = event.target;
      if (!by) {
        return;
      }
      if (closed.closed !== Node.CLOSED_IMPLICIT_CLOSED) {
        return;
      }
      const parent = closed.parent;
      const closedByEndTag = !by.parent;
      const closedByParent = parent?.tagName === by.tagName;
      const sameTag = closed.tagName === by.tagName;
      if (by.isRootElement()) {
        this.report({
          node: closed,
          message: `Element <${closed.tagName}> is implicitly closed by document ending`,
          location: closed.location
        });
      } else if (closedByEndTag && closedByParent) {
        this.report({
          node: closed,
          message: `Element <${closed.tagName}> is implicitly closed by parent </${by.tagName}>`,
          location: closed.location
        });
      } else if (closedByEndTag) {
        this.report({
          node: closed,
          message: `Element <${closed.tagName}> is implicitly closed by ancestor </${by.tagName}>`,
          location: closed.location
        });
      } else if (sameTag) {
        this.report({
          node: closed,
          message: `Element <${closed.tagName}> is implicitly closed by sibling`,
          location: closed.location
        });
      } else {
        this.report({
          node: closed,
          message: `Element <${closed.tagName}> is implicitly closed by adjacent <${by.tagName}>`,
          location: closed.location
        });
      }
    });
  }
}

function isRelevant$1(event) {
  return event.target.is("input");
}
class NoImplicitInputType extends Rule {
  documentation() {
    return {
      description: ["`<input>` is missing recommended `type` attribute"].join("\n"),
      url: "https://html-validate.org/rules/no-implicit-input-type.html"
    };
  }
  setup() {
    this.on("element:ready", isRelevant$1, (event) => {
      const { target } = event;
      const attr = target.getAttribute("type");
      if (!attr) {
        this.report({
          node: event.target,
          message: `<input> is missing recommended "type" attribute`
        });
      }
    });
  }
}

const defaults$h = {
  include: null,
  exclude: null,
  allowedProperties: ["display"],
  allowVariables: true
};
class NoInlineStyle extends Rule {
  constructor(options) {
    super({ ...defaults$h, ...options });
  }
  static schema() {
    return {
      exclude: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      },
      include: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      },
      allowedProperties: {
        items: {
          type: "string"
        },
        type: "array"
      },
      allowVariables: {
        type: "boolean"
      }
    };
  }
  documentation() {
    const { allowVariables, allowedProperties } = this.options;
    const text = [
      "Inline style is not allowed.\n",
      "Inline style is a sign of unstructured CSS. Use class or ID with a separate stylesheet.\n"
    ];
    if (allowedProperties.length > 0 || allowVariables) {
      text.push("Under the current configuration the following CSS properties are allowed:\n");
    }
    if (allowedProperties.length > 0) {
      text.push(allowedProperties.map((it) => `- \`${it}\``).join("\n"));
    }
    if (allowVariables) {
      text.push("- CSS variables (custom properties starting with `--`).\n");
    }
    return {
      description: text.join("\n"),
      url: "https://html-validate.org/rules/no-inline-style.html"
    };
  }
  setup() {
    this.on(
      "attr",
      (event) => this.isRelevant(event),
      (event) => {
        const { value } = event;
        if (this.allPropertiesAllowed(value)) {
          return;
        }
        this.report({
          node: event.target,
          message: "Inline style is not allowed"
        });
      }
    );
  }
  isRelevant(event) {
    if (event.key !== "style") {
      return false;
    }
    const { include, exclude } = this.options;
    const key = event.originalAttribute ?? event.key;
    if (include && !include.includes(key)) {
      return false;
    }
    if (exclude?.includes(key)) {
      return false;
    }
    return true;
  }
  allPropertiesAllowed(value) {
    const { allowedProperties, allowVariables } = this.options;
    if (allowedProperties.length === 0 && !allowVariables) {
      return false;
    }
    const declarations = Object.keys(parseCssDeclaration(value));
    return declarations.length > 0 && declarations.every((it) => {
      if (allowVariables && it.startsWith("--")) {
        return true;
      }
      return allowedProperties.includes(it);
    });
  }
}

function idMissing(document, id) {
  const nodes = document.querySelectorAll(generateIdSelector(id));
  return nodes.length === 0;
}
class NoMissingReferences extends Rule {
  documentation(context) {
    return {
      description: `The element ID "${context.value}" referenced by the ${context.key} attribute must point to an existing element.`,
      url: "https://html-validate.org/rules/no-missing-references.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const document = event.document;
      walk.depthFirst(document, (node) => {
        const meta = node.meta;
        if (!meta?.attributes) {
          return;
        }
        for (const attr of node.attributes) {
          const attrMeta = meta.attributes[attr.key];
          if (attrMeta?.reference === "id") {
            this.validateReference(document, node, attr, attrMeta.list ?? false);
          }
        }
      });
    });
  }
  validateReference(document, node, attr, isList) {
    if (!attr) {
      return;
    }
    const value = attr.value;
    if (value instanceof DynamicValue || value === null || value === "") {
      return;
    }
    if (isList) {
      this.validateList(document, node, attr, value);
    } else {
      this.validateSingle(document, node, attr, value);
    }
  }
  validateSingle(document, node, attr, id) {
    if (!idMissing(document, id)) {
      return;
    }
    const context = { key: attr.key, value: id };
    this.report({
      node,
      message: `Element references missing id "${id}"`,
      location: attr.valueLocation,
      context
    });
  }
  validateList(document, node, attr, values) {
    const parsed = new DOMTokenList(values, attr.valueLocation);
    for (const entry of parsed.iterator()) {
      const id = entry.item;
      if (!idMissing(document, id)) {
        continue;
      }
      const context = { key: attr.key, value: id };
      this.report({
        node,
        message: `Element references missing id "${id}"`,
        location: entry.location,
        context
      });
    }
  }
}

class NoMultipleMain extends Rule {
  documentation() {
    return {
      description: [
        "Only a single visible `<main>` element can be present at in a document at a time.",
        "",
        "Multiple `<main>` can be present in the DOM as long the others are hidden using the HTML5 `hidden` attribute."
      ].join("\n"),
      url: "https://html-validate.org/rules/no-multiple-main.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const { document } = event;
      const main = document.querySelectorAll("main").filter((cur) => !cur.hasAttribute("hidden"));
      const first = main.shift();
      for (const elem of main) {
        this.report({
          node: elem,
          message: "Multiple <main> elements present in document",
          related: [{ kind: "element", node: first ?? null }]
        });
      }
    });
  }
}

const defaults$g = {
  relaxed: false
};
const textRegexp = /(<|&(?![\d#A-Z]+;))/gi;
const unquotedAttrRegexp = /(["'<=>`]|&(?![\d#A-Z]+;))/gi;
const matchTemplate = /^(?:<%.*?%>|<\?.*?\?>|<\$.*?\$>)$/s;
const replacementTable = {
  '"': "&quot;",
  "&": "&amp;",
  "'": "&apos;",
  "<": "&lt;",
  "=": "&equals;",
  ">": "&gt;",
  "`": "&grave;"
};
class NoRawCharacters extends Rule {
  relaxed;
  constructor(options) {
    super({ ...defaults$g, ...options });
    this.relaxed = this.options.relaxed;
  }
  static fixable = true;
  static schema() {
    return {
      relaxed: {
        type: "boolean"
      }
    };
  }
  documentation() {
    return {
      description: `Some characters such as \`<\` and \`&\` hold special meaning in HTML and must be escaped using a character reference (HTML entity).`,
      url: "https://html-validate.org/rules/no-raw-characters.html"
    };
  }
  setup() {
    this.on("element:ready", (event) => {
      const node = event.target;
      if (node.textType !== "text") {
        return;
      }
      for (const child of node.childNodes) {
        if (child.nodeType !== Node.TEXT_NODE) {
          continue;
        }
        if (matchTemplate.test(child.textContent)) {
          continue;
        }
        this.findRawChars(node, child.textContent, child.location, textRegexp);
      }
    });
    this.on("attr", (event) => {
      const { meta } = event;
      if (!event.value) {
        return;
      }
      if (event.quote) {
        return;
      }
      if (meta?.boolean) {
        return;
      }
      this.findRawChars(
        event.target,
        event.value.toString(),
        event.valueLocation,
        // eslint-disable-line @typescript-eslint/no-non-null-assertion -- technical debt, valueLocation is always set if a value is provided
        unquotedAttrRegexp
      );
    });
  }
  /**
   * Find raw special characters and report as errors.
   *
   * @param text - The full text to find unescaped raw characters in.
   * @param location - Location of text.
   * @param regexp - Regexp pattern to match using.
   */
  findRawChars(node, text, location, regexp) {
    let match;
    do {
      match = regexp.exec(text);
      if (!match) {
        continue;
      }
      const char = match[0];
      if (this.relaxed && char === "&") {
        continue;
      }
      const replacement = replacementTable[char];
      const charLocation = sliceLocation(location, match.index, match.index + 1);
      this.report({
        node,
        message: `Raw "${char}" must be encoded as "${replacement}"`,
        location: charLocation,
        fix(fixer) {
          fixer.replaceText(charLocation, replacement);
        }
      });
    } while (match);
  }
}

const selectors$1 = ["input[aria-label]", "textarea[aria-label]", "select[aria-label]"];
class NoRedundantAriaLabel extends Rule {
  documentation() {
    return {
      description: "`aria-label` is redundant when an associated `<label>` element containing the same text exists.",
      url: "https://html-validate.org/rules/no-redundant-aria-label.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const { document } = event;
      const elements = document.querySelectorAll(selectors$1.join(","));
      for (const element of elements) {
        const ariaLabel = element.getAttribute("aria-label");
        const id = element.id;
        if (!id) {
          continue;
        }
        const label = document.querySelector(`label[for="${id}"]`);
        if (!ariaLabel || !label) {
          continue;
        }
        if (label.textContent.trim() !== ariaLabel.value) {
          continue;
        }
        const message = "aria-label is redundant when label containing same text exists";
        this.report({
          message,
          node: element,
          location: ariaLabel.keyLocation,
          related: [{ kind: "element", node: label }]
        });
      }
    });
  }
}

class NoRedundantFor extends Rule {
  documentation() {
    return {
      description: `When the \`<label>\` element wraps the labelable control the \`for\` attribute is redundant and better left out.`,
      url: "https://html-validate.org/rules/no-redundant-for.html"
    };
  }
  setup() {
    this.on("element:ready", (event) => {
      const { target } = event;
      if (target.tagName !== "label") {
        return;
      }
      const attr = target.getAttribute("for");
      if (!attr || !isStaticAttribute(attr)) {
        return;
      }
      const id = attr.value;
      if (!id) {
        return;
      }
      const control = target.querySelector(generateIdSelector(id));
      if (!control) {
        return;
      }
      this.report({
        node: target,
        message: 'Redundant "for" attribute',
        location: attr.keyLocation,
        related: [{ kind: "element", node: control }],
        suggestions: [
          {
            message: 'Remove "for" attribute',
            fix(fixer) {
              fixer.removeText(attr.location, {
                trimStart: true
              });
            }
          },
          {
            message: 'Remove both "for" and "id" attribute',
            fix(fixer) {
              const idAttr = control.getAttribute("id");
              fixer.removeText(attr.location, {
                trimStart: true
              });
              fixer.removeText(idAttr.location, {
                trimStart: true
              });
            }
          }
        ]
      });
    });
  }
}

const defaults$f = {
  include: null,
  exclude: null
};
class NoRedundantRole extends Rule {
  constructor(options) {
    super({ ...defaults$f, ...options });
  }
  documentation(context) {
    const { role, tagName } = context;
    return {
      description: `Using the \`${role}\` role is redundant as it is already implied by the \`<${tagName}>\` element.`,
      url: "https://html-validate.org/rules/no-redundant-role.html"
    };
  }
  static schema() {
    return {
      exclude: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      },
      include: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      }
    };
  }
  setup() {
    this.on("tag:ready", (event) => {
      const { target } = event;
      const role = target.getAttribute("role");
      if (!role?.value || role.value instanceof DynamicValue) {
        return;
      }
      const { meta } = target;
      if (!meta) {
        return;
      }
      const implicitRole = meta.aria.implicitRole(target._adapter);
      if (!implicitRole) {
        return;
      }
      if (role.value !== implicitRole) {
        return;
      }
      if (this.isKeywordIgnored(role.value)) {
        return;
      }
      const context = {
        tagName: target.tagName,
        role: role.value
      };
      this.report({
        node: event.target,
        message: `Redundant role "${role.value}" on <${target.tagName}>`,
        location: role.valueLocation,
        context
      });
    });
  }
}

const xmlns = /^[^:]+:.+$/;
const defaults$e = {
  ignoreForeign: true,
  ignoreXML: true
};
class NoSelfClosing extends Rule {
  constructor(options) {
    super({ ...defaults$e, ...options });
  }
  static schema() {
    return {
      ignoreForeign: {
        type: "boolean"
      },
      ignoreXML: {
        type: "boolean"
      }
    };
  }
  documentation(context) {
    return {
      description: `Self-closing elements are disallowed. Use regular end tag <${context}></${context}> instead of self-closing <${context}/>.`,
      url: "https://html-validate.org/rules/no-self-closing.html"
    };
  }
  setup() {
    this.on("tag:end", (event) => {
      const active = event.previous;
      if (!isRelevant(active, this.options)) {
        return;
      }
      this.validateElement(active);
    });
  }
  validateElement(node) {
    if (node.closed !== Node.CLOSED_VOID_SELF_CLOSED) {
      return;
    }
    this.report({
      node,
      message: `<${node.tagName}> must not be self-closed`,
      location: null,
      context: node.tagName
    });
  }
}
function isRelevant(node, options) {
  if (xmlns.test(node.tagName)) {
    return !options.ignoreXML;
  }
  if (!node.meta) {
    return true;
  }
  if (node.meta.void) {
    return false;
  }
  if (node.meta.foreign) {
    return !options.ignoreForeign;
  }
  return true;
}

const defaults$d = {
  allowTemplate: true
};
class NoStyleTag extends Rule {
  constructor(options) {
    super({ ...defaults$d, ...options });
  }
  static schema() {
    return {
      allowTemplate: {
        type: "boolean"
      }
    };
  }
  documentation() {
    return {
      description: "Prefer to use external stylesheets with the `<link>` tag instead of inlining the styling.",
      url: "https://html-validate.org/rules/no-style-tag.html"
    };
  }
  setup() {
    const { allowTemplate } = this.options;
    this.on("tag:start", (event) => {
      const node = event.target;
      if (node.tagName !== "style") {
        return;
      }
      if (allowTemplate && node.parent?.is("template")) {
        return;
      }
      this.report({
        node,
        message: "Use external stylesheet with <link> instead of <style> tag"
      });
    });
  }
}

class NoTrailingWhitespace extends Rule {
  static fixable = true;
  documentation() {
    return {
      description: "Lines with trailing whitespace cause unnessecary diff when using version control and usually serve no special purpose in HTML.",
      url: "https://html-validate.org/rules/no-trailing-whitespace.html"
    };
  }
  setup() {
    this.on("whitespace", (event) => {
      const match = /^[\t ]+(\r?\n)$/.exec(event.text);
      if (!match) {
        return;
      }
      this.report({
        node: null,
        message: "Trailing whitespace",
        location: event.location,
        fix(fixer) {
          fixer.replaceText(event.location, match[1]);
        }
      });
    });
  }
}

const skipPatterns = [/^:/, /^@/, /^ng-/i, /^v-/i, /^x-/i, /^\[/, /^#/];
function isKnownDynamicAttr(attr) {
  return skipPatterns.some((pattern) => pattern.test(attr));
}
class NoUnknownAttributes extends Rule {
  documentation(context) {
    return {
      description: `The \`${context.attr}\` attribute is not a known attribute on \`<${context.tagName}>\`.`,
      url: "https://html-validate.org/rules/no-unknown-attributes.html"
    };
  }
  setup() {
    this.on("attr", (event) => {
      const node = event.target;
      const meta = node.meta;
      if (meta === null) {
        return;
      }
      const attr = event.key.toLowerCase();
      if (Object.hasOwn(meta.attributes, attr)) {
        return;
      }
      if (isPatternAttribute(attr, meta.patternAttributes)) {
        return;
      }
      if (isKnownDynamicAttr(attr)) {
        return;
      }
      this.report({
        node,
        message: `Attribute "${event.key}" is not allowed on <${node.tagName}> element`,
        location: event.keyLocation,
        context: {
          tagName: node.tagName,
          attr: event.key
        }
      });
    });
  }
}

const defaults$c = {
  include: null,
  exclude: null
};
class NoUnknownElements extends Rule {
  constructor(options) {
    super({ ...defaults$c, ...options });
  }
  static schema() {
    return {
      exclude: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      },
      include: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      }
    };
  }
  documentation(context) {
    const element = context ? ` <${context}>` : "";
    return {
      description: `An unknown element${element} was used. If this is a Custom Element you need to supply element metadata for it.`,
      url: "https://html-validate.org/rules/no-unknown-elements.html"
    };
  }
  setup() {
    this.on("tag:start", (event) => {
      const node = event.target;
      if (node.meta) {
        return;
      }
      if (this.isKeywordIgnored(node.tagName, keywordPatternMatcher)) {
        return;
      }
      this.report({
        node,
        message: `Unknown element <${node.tagName}>`,
        location: null,
        context: node.tagName
      });
    });
  }
}

class NoUnusedDisable extends Rule {
  documentation(context) {
    return {
      description: `\`${context.ruleId}\` rule is disabled but no error was reported.`,
      url: "https://html-validate.org/rules/no-unused-disable.html"
    };
  }
  setup() {
  }
  reportUnused(unused, options, location) {
    const tokens = new DOMTokenList(options.replaceAll(",", " "), location);
    for (const ruleId of unused) {
      const index = tokens.indexOf(ruleId);
      const tokenLocation = index !== -1 ? tokens.location(index) : location;
      this.report({
        node: null,
        message: '"{{ ruleId }}" rule is disabled but no error was reported',
        location: tokenLocation,
        context: {
          ruleId
        }
      });
    }
  }
}

class NoUtf8Bom extends Rule {
  static fixable = true;
  documentation() {
    return {
      description: `This file is saved with the UTF-8 byte order mark (BOM) present. It is neither required or recommended to use.

Instead the document should be served with the \`Content-Type: application/javascript; charset=utf-8\` header.`,
      url: "https://html-validate.org/rules/no-utf8-bom.html"
    };
  }
  setup() {
    const unregister = this.on("token", (event) => {
      if (event.type === TokenType.UNICODE_BOM) {
        this.report({
          node: null,
          message: "File should be saved without UTF-8 BOM",
          location: event.location,
          fix(fixer) {
            fixer.replaceText(event.location, "");
          }
        });
      }
      this.setEnabled(false);
      unregister();
    });
  }
}

const types = ["button", "submit", "reset", "image"];
const replacement = {
  button: '<button type="button">',
  submit: '<button type="submit">',
  reset: '<button type="reset">',
  image: '<button type="button">'
};
const defaults$b = {
  include: null,
  exclude: null
};
class PreferButton extends Rule {
  constructor(options) {
    super({ ...defaults$b, ...options });
  }
  static schema() {
    return {
      exclude: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      },
      include: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      }
    };
  }
  documentation(context) {
    const src = `<input type="${context.type}">`;
    const dst = replacement[context.type] || `<button>`;
    return {
      description: `Prefer to use \`${dst}\` instead of \`"${src}\`.`,
      url: "https://html-validate.org/rules/prefer-button.html"
    };
  }
  setup() {
    this.on("attr", (event) => {
      const node = event.target;
      if (node.tagName.toLowerCase() !== "input") {
        return;
      }
      if (event.key.toLowerCase() !== "type") {
        return;
      }
      if (!event.value || event.value instanceof DynamicValue) {
        return;
      }
      const type = event.value.toLowerCase();
      if (this.isKeywordIgnored(type)) {
        return;
      }
      if (!types.includes(type)) {
        return;
      }
      const context = { type };
      const message = `Prefer to use <button> instead of <input type="${type}"> when adding buttons`;
      this.report({
        node,
        message,
        location: event.valueLocation,
        context
      });
    });
  }
}

const defaults$a = {
  mapping: {
    article: "article",
    banner: "header",
    button: "button",
    cell: "td",
    checkbox: "input",
    complementary: "aside",
    contentinfo: "footer",
    figure: "figure",
    form: "form",
    heading: ["h1", "h2", "h3", "h4", "h5", "h6"],
    input: "input",
    link: "a",
    list: ["ul", "ol", "menu"],
    listbox: "select",
    listitem: "li",
    main: "main",
    navigation: "nav",
    progressbar: "progress",
    radio: "input",
    region: "section",
    table: "table",
    textbox: "textarea"
  },
  include: null,
  exclude: null
};
function hasImplicitRole(element, role) {
  return element.meta?.aria.implicitRole(element._adapter) === role;
}
class PreferNativeElement extends Rule {
  constructor(options) {
    super({ ...defaults$a, ...options });
  }
  static schema() {
    return {
      exclude: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      },
      include: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      },
      mapping: {
        type: "object"
      }
    };
  }
  documentation(context) {
    const replacement = utils_naturalJoin.naturalJoin(context.replacement.map((it) => `\`<${it}>\``));
    return {
      description: `Instead of using the WAI-ARIA role "${context.role}" prefer to use the native ${replacement} element.`,
      url: "https://html-validate.org/rules/prefer-native-element.html"
    };
  }
  setup() {
    const { mapping } = this.options;
    this.on("tag:ready", (event) => {
      const { target } = event;
      const attr = target.getAttribute("role");
      if (!attr?.value || attr.value instanceof DynamicValue) {
        return;
      }
      const role = attr.value.toLowerCase();
      if (this.isIgnored(role)) {
        return;
      }
      const replacements = [mapping[role]].flat();
      if (replacements.some((it) => target.is(it))) {
        return;
      }
      if (hasImplicitRole(target, role)) {
        return;
      }
      const replacement = utils_naturalJoin.naturalJoin(replacements.map((it) => `<${it}>`));
      const context = { role, replacement: replacements };
      const { location } = attr;
      this.report({
        node: target,
        message: `Prefer to use the native ${replacement} element`,
        location,
        context
      });
    });
  }
  isIgnored(role) {
    const { mapping } = this.options;
    const replacement = mapping[role];
    if (!replacement || replacement.length === 0) {
      return true;
    }
    return this.isKeywordIgnored(role);
  }
}

class PreferTbody extends Rule {
  documentation() {
    return {
      description: `While \`<tbody>\` is optional is relays semantic information about its contents. Where applicable it should also be combined with \`<thead>\` and \`<tfoot>\`.`,
      url: "https://html-validate.org/rules/prefer-tbody.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const doc = event.document;
      for (const table of doc.querySelectorAll("table")) {
        if (table.querySelector("> tbody")) {
          continue;
        }
        const tr = table.querySelectorAll("> tr");
        if (tr.length > 0) {
          this.report({
            node: tr[0],
            message: "Prefer to wrap <tr> elements in <tbody>",
            related: [{ kind: "element", node: table }]
          });
        }
      }
    });
  }
}

const defaults$9 = {
  prefer: "none"
};
const synonym = {
  none: "presentation",
  presentation: "none"
};
function isOnlyBothSynonyms(roles) {
  const tokens = Array.from(roles, (it) => it.toLowerCase());
  const onlySynonyms = tokens.every((it) => it === "none" || it === "presentation");
  return onlySynonyms && tokens.includes("none") && tokens.includes("presentation");
}
class PresentationRoleStyle extends Rule {
  constructor(options) {
    super({ ...defaults$9, ...options });
  }
  static fixable = true;
  static schema() {
    return {
      prefer: {
        enum: ["none", "presentation"],
        type: "string"
      }
    };
  }
  documentation(context) {
    const { used, prefer } = context;
    return {
      description: [
        `Prefer to use \`role="${prefer}"\` instead of \`role="${used}"\`.`,
        "",
        `\`role="${used}"\` is a synonym for \`role="${prefer}"\`.`,
        `The current configuration requires \`role="${prefer}"\` to be used.`
      ].join("\n"),
      url: "https://html-validate.org/rules/presentation-role-style.html"
    };
  }
  setup() {
    const { prefer } = this.options;
    const discouraged = synonym[prefer];
    this.on("attr", (event) => {
      if (event.key.toLowerCase() !== "role") {
        return;
      }
      const { value } = event;
      if (!value || value instanceof DynamicValue) {
        return;
      }
      const { valueLocation } = event;
      if (!valueLocation) {
        return;
      }
      const roles = new DOMTokenList(value, valueLocation);
      if (isOnlyBothSynonyms(roles)) {
        this.reportError(event.target, valueLocation);
        return;
      }
      for (const { item, location } of roles.iterator()) {
        if (item.toLowerCase() === discouraged) {
          this.reportError(event.target, location);
        }
      }
    });
  }
  reportError(node, location) {
    const { prefer } = this.options;
    const discouraged = synonym[prefer];
    this.report({
      node,
      message: `Prefer to use role="${prefer}" instead of role="${discouraged}"`,
      location,
      context: { used: discouraged, prefer },
      fix(fixer) {
        fixer.replaceText(location, prefer);
      }
    });
  }
}

const defaults$8 = {
  tags: ["script", "style"]
};
class RequireCSPNonce extends Rule {
  constructor(options) {
    super({ ...defaults$8, ...options });
  }
  static schema() {
    return {
      tags: {
        type: "array",
        items: {
          enum: ["script", "style"],
          type: "string"
        }
      }
    };
  }
  documentation() {
    return {
      description: [
        "Required Content-Security-Policy (CSP) nonce is missing or empty.",
        "",
        "This is set by the `nonce` attribute and must match the `Content-Security-Policy` header.",
        "For instance, if the header contains `script-src 'nonce-r4nd0m'` the `nonce` attribute must be set to `nonce=\"r4nd0m\">`",
        "",
        "The nonce should be unique per each request and set to a cryptography secure random token.",
        "It is used to prevent cross site scripting (XSS) by preventing malicious actors from injecting scripts onto the page."
      ].join("\n"),
      url: "https://html-validate.org/rules/require-csp-nonce.html"
    };
  }
  setup() {
    this.on("tag:end", (event) => {
      const { tags } = this.options;
      const node = event.previous;
      if (!tags.includes(node.tagName)) {
        return;
      }
      const nonce = node.getAttribute("nonce")?.value;
      if (nonce && nonce !== "") {
        return;
      }
      if (node.is("script") && node.hasAttribute("src")) {
        return;
      }
      const message = `required CSP nonce is missing`;
      this.report({
        node,
        message,
        location: node.location
      });
    });
  }
}

const defaults$7 = {
  target: "all",
  include: null,
  exclude: null
};
const crossorigin = /^(?:\w+:\/\/|\/\/)/;
const supportSri = {
  link: "href",
  script: "src"
};
const supportedRel = /* @__PURE__ */ new Set(["stylesheet", "preload", "modulepreload"]);
const supportedPreload = /* @__PURE__ */ new Set(["style", "script"]);
function linkSupportsSri(node) {
  const rel = node.getAttribute("rel");
  if (typeof rel?.value !== "string") {
    return false;
  }
  if (!supportedRel.has(rel.value)) {
    return false;
  }
  if (rel.value === "preload") {
    const as = node.getAttribute("as");
    return typeof as?.value === "string" && supportedPreload.has(as.value);
  }
  return true;
}
class RequireSri extends Rule {
  target;
  constructor(options) {
    super({ ...defaults$7, ...options });
    this.target = this.options.target;
  }
  static schema() {
    return {
      target: {
        enum: ["all", "crossorigin"],
        type: "string"
      },
      include: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      },
      exclude: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "null"
          }
        ]
      }
    };
  }
  documentation() {
    return {
      description: `Subresource Integrity (SRI) \`integrity\` attribute is required to prevent tampering or manipulation from Content Delivery Networks (CDN), rouge proxies,  malicious entities, etc.`,
      url: "https://html-validate.org/rules/require-sri.html"
    };
  }
  setup() {
    this.on("tag:end", (event) => {
      const node = event.previous;
      if (!(this.supportSri(node) && this.needSri(node))) {
        return;
      }
      if (node.hasAttribute("integrity")) {
        return;
      }
      this.report({
        node,
        message: `SRI "integrity" attribute is required on <${node.tagName}> element`,
        location: node.location
      });
    });
  }
  supportSri(node) {
    return Object.keys(supportSri).includes(node.tagName);
  }
  needSri(node) {
    if (node.is("link") && !linkSupportsSri(node)) {
      return false;
    }
    const attr = this.elementSourceAttr(node);
    if (!attr) {
      return false;
    }
    if (attr.value === null || attr.value === "" || attr.isDynamic) {
      return false;
    }
    const url = attr.value.toString();
    if (this.target === "all" || crossorigin.test(url)) {
      return !this.isIgnored(url);
    }
    return false;
  }
  elementSourceAttr(node) {
    const key = supportSri[node.tagName];
    return node.getAttribute(key);
  }
  isIgnored(url) {
    return this.isKeywordIgnored(url, (list, it) => {
      return list.some((pattern) => it.includes(pattern));
    });
  }
}

class ScriptElement extends Rule {
  documentation() {
    return {
      description: "The end tag for `<script>` is a hard requirement and must never be omitted even when using the `src` attribute.",
      url: "https://html-validate.org/rules/script-element.html"
    };
  }
  setup() {
    this.on("tag:end", (event) => {
      const node = event.target;
      if (node?.tagName !== "script") {
        return;
      }
      if (node.closed !== Node.CLOSED_END_TAG) {
        this.report({
          node,
          message: `End tag for <${node.tagName}> must not be omitted`
        });
      }
    });
  }
}

const javascript = /* @__PURE__ */ new Set([
  "",
  "application/ecmascript",
  "application/javascript",
  "text/ecmascript",
  "text/javascript"
]);
class ScriptType extends Rule {
  static fixable = true;
  documentation() {
    return {
      description: "While valid the HTML5 standard encourages authors to omit the type element for JavaScript resources.",
      url: "https://html-validate.org/rules/script-type.html"
    };
  }
  setup() {
    this.on("tag:end", (event) => {
      const node = event.previous;
      if (node.tagName !== "script") {
        return;
      }
      const attr = node.getAttribute("type");
      if (!attr || attr.isDynamic) {
        return;
      }
      const value = attr.value ? attr.value.toString() : "";
      if (!this.isJavascript(value)) {
        return;
      }
      this.report({
        node,
        message: '"type" attribute is unnecessary for javascript resources',
        location: attr.keyLocation,
        fix(fixer) {
          fixer.removeText(attr.location, {
            trimStart: true
          });
        }
      });
    });
  }
  isJavascript(mime) {
    const type = mime.replace(/;.*/, "");
    return javascript.has(type);
  }
}

class SvgFocusable extends Rule {
  documentation() {
    return {
      description: `Inline SVG elements in IE are focusable by default which may cause issues with tab-ordering. The \`focusable\` attribute should explicitly be set to avoid unintended behaviour.`,
      url: "https://html-validate.org/rules/svg-focusable.html"
    };
  }
  setup() {
    this.on("element:ready", (event) => {
      if (event.target.is("svg")) {
        this.validate(event.target);
      }
    });
  }
  validate(svg) {
    if (svg.hasAttribute("focusable")) {
      return;
    }
    this.report({
      node: svg,
      message: `<${svg.tagName}> is missing required "focusable" attribute`
    });
  }
}

const defaults$6 = {
  characters: [
    { pattern: " ", replacement: "&nbsp;", description: "non-breaking space" },
    { pattern: "-", replacement: "&#8209;", description: "non-breaking hyphen" }
  ],
  ignoreClasses: [],
  ignoreStyle: true
};
function constructRegex(characters) {
  const disallowed = characters.map((it) => {
    return it.pattern;
  }).join("|");
  const pattern = `(${disallowed})`;
  return new RegExp(pattern, "g");
}
function getText(node) {
  const match = /^(\s*)(\S.*)$/.exec(node.textContent);
  if (!match) {
    return [0, ""];
  }
  const [, leading, text] = match;
  return [leading.length, text.trimEnd()];
}
function matchAll(text, regexp) {
  const copy = new RegExp(regexp);
  const matches = [];
  let match;
  while (match = copy.exec(text)) {
    matches.push(match);
  }
  return matches;
}
class TelNonBreaking extends Rule {
  regex;
  constructor(options) {
    super({ ...defaults$6, ...options });
    this.regex = constructRegex(this.options.characters);
  }
  static fixable = true;
  static schema() {
    return {
      characters: {
        type: "array",
        items: {
          type: "object",
          additionalProperties: false,
          properties: {
            pattern: {
              type: "string"
            },
            replacement: {
              type: "string"
            },
            description: {
              type: "string"
            }
          }
        }
      },
      ignoreClasses: {
        type: "array",
        items: {
          type: "string"
        }
      },
      ignoreStyle: {
        type: "boolean"
      }
    };
  }
  documentation(context) {
    const { characters } = this.options;
    const replacements = characters.map((it) => {
      return `  - \`${it.pattern}\` - replace with \`${it.replacement}\` (${it.description}).`;
    });
    return {
      description: [
        `The \`${context.pattern}\` character should be replaced with \`${context.replacement}\` character (${context.description}) when used in a telephone number.`,
        "",
        "Unless non-breaking characters is used there could be a line break inserted at that character.",
        "Line breaks make is harder to read and understand the telephone number.",
        "",
        "The following characters should be avoided:",
        "",
        ...replacements
      ].join("\n"),
      url: "https://html-validate.org/rules/tel-non-breaking.html"
    };
  }
  setup() {
    this.on("element:ready", this.isRelevant, (event) => {
      const { target } = event;
      if (this.isIgnored(target)) {
        return;
      }
      this.walk(target, target);
    });
  }
  isRelevant(event) {
    const { target } = event;
    if (!target.is("a")) {
      return false;
    }
    const attr = target.getAttribute("href");
    if (!attr?.valueMatches(/^tel:/, false)) {
      return false;
    }
    return true;
  }
  isIgnoredClass(node) {
    const { ignoreClasses } = this.options;
    const { classList } = node;
    return ignoreClasses.some((it) => classList.contains(it));
  }
  isIgnoredStyle(node) {
    const { ignoreStyle } = this.options;
    const { style } = node;
    if (!ignoreStyle) {
      return false;
    }
    if (style["white-space"] === "nowrap" || style["white-space"] === "pre") {
      return true;
    }
    return false;
  }
  isIgnored(node) {
    return this.isIgnoredClass(node) || this.isIgnoredStyle(node);
  }
  walk(anchor, node) {
    for (const child of node.childNodes) {
      if (isTextNode(child)) {
        this.detectDisallowed(anchor, child);
      } else if (isElementNode(child)) {
        this.walk(anchor, child);
      }
    }
  }
  detectDisallowed(anchor, node) {
    const [offset, text] = getText(node);
    const matches = matchAll(text, this.regex);
    for (const match of matches) {
      const detected = match[0];
      const entry = this.options.characters.find((it) => it.pattern === detected);
      if (!entry) {
        throw new Error(`Failed to find entry for "${detected}" when searching text "${text}"`);
      }
      const message = `"${detected}" should be replaced with "${entry.replacement}" (${entry.description}) in telephone number`;
      const begin = offset + match.index;
      const end = begin + detected.length;
      const location = sliceLocation(node.location, begin, end);
      const context = entry;
      this.report({
        node: anchor,
        message,
        location,
        context,
        fix(fixer) {
          fixer.replaceText(location, entry.replacement);
        }
      });
    }
  }
}

function hasNonEmptyAttribute(node, key) {
  const attr = node.getAttribute(key);
  return Boolean(attr?.valueMatches(/.+/, true));
}
function hasDefaultText(node) {
  if (!node.is("input")) {
    return false;
  }
  if (node.hasAttribute("value")) {
    return false;
  }
  const type = node.getAttribute("type");
  return Boolean(type?.valueMatches(/submit|reset/, false));
}
function isNonEmptyText(node) {
  if (isTextNode(node)) {
    return node.isDynamic || node.textContent.trim() !== "";
  }
  return false;
}
function haveAccessibleText(node) {
  if (!inAccessibilityTree(node)) {
    return false;
  }
  const haveText = node.childNodes.some((child) => isNonEmptyText(child));
  if (haveText) {
    return true;
  }
  if (hasNonEmptyAttribute(node, "aria-label")) {
    return true;
  }
  if (hasNonEmptyAttribute(node, "aria-labelledby")) {
    return true;
  }
  if (node.is("img") && hasNonEmptyAttribute(node, "alt")) {
    return true;
  }
  if (node.is("selectedcontent")) {
    return true;
  }
  if (hasDefaultText(node)) {
    return true;
  }
  return node.childElements.some((child) => {
    return haveAccessibleText(child);
  });
}
class TextContent extends Rule {
  documentation(context) {
    const doc = {
      description: `The textual content for this element is not valid.`,
      url: "https://html-validate.org/rules/text-content.html"
    };
    switch (context.textContent) {
      case TextContent$1.NONE:
        doc.description = `The \`<${context.tagName}>\` element must not have textual content.`;
        break;
      case TextContent$1.REQUIRED:
        doc.description = `The \`<${context.tagName}>\` element must have textual content.`;
        break;
      case TextContent$1.ACCESSIBLE:
        doc.description = `The \`<${context.tagName}>\` element must have accessible text.`;
        break;
    }
    return doc;
  }
  static filter(event) {
    const { target } = event;
    if (!target.meta) {
      return false;
    }
    const { textContent } = target.meta;
    if (!textContent || textContent === TextContent$1.DEFAULT) {
      return false;
    }
    return true;
  }
  setup() {
    this.on("element:ready", TextContent.filter, (event) => {
      const target = event.target;
      const { textContent } = target.meta;
      switch (textContent) {
        case TextContent$1.NONE:
          this.validateNone(target);
          break;
        case TextContent$1.REQUIRED:
          this.validateRequired(target);
          break;
        case TextContent$1.ACCESSIBLE:
          this.validateAccessible(target);
          break;
      }
    });
  }
  /**
   * Validate element has empty text (inter-element whitespace is not considered text)
   */
  validateNone(node) {
    if (classifyNodeText(node) === TextClassification.EMPTY_TEXT) {
      return;
    }
    this.reportError(node, node.meta, `${node.annotatedName} must not have text content`);
  }
  /**
   * Validate element has any text (inter-element whitespace is not considered text)
   */
  validateRequired(node) {
    if (classifyNodeText(node) !== TextClassification.EMPTY_TEXT) {
      return;
    }
    this.reportError(node, node.meta, `${node.annotatedName} must have text content`);
  }
  /**
   * Validate element has accessible text (either regular text or text only
   * exposed in accessibility tree via aria-label or similar)
   */
  validateAccessible(node) {
    if (!inAccessibilityTree(node)) {
      return;
    }
    if (haveAccessibleText(node)) {
      return;
    }
    this.reportError(node, node.meta, `${node.annotatedName} must have accessible text`);
  }
  reportError(node, meta, message) {
    this.report({
      node,
      message,
      location: null,
      context: {
        tagName: node.tagName,
        textContent: meta.textContent
      }
    });
  }
}

const roles = ["complementary", "contentinfo", "form", "banner", "main", "navigation", "region"];
const selectors = [
  "aside",
  "footer",
  "form",
  "header",
  "main",
  "nav",
  "section",
  ...roles.map((it) => `[role="${it}"]`)
  /* <search> does not (yet?) require a unique name */
];
function getTextFromReference(document, id) {
  if (!id || id instanceof DynamicValue) {
    return id;
  }
  const selector = generateIdSelector(id);
  const ref = document.querySelector(selector);
  if (ref) {
    return ref.textContent;
  }
  return selector;
}
function groupBy(values, callback) {
  const result = {};
  for (const value of values) {
    const key = callback(value);
    if (Object.hasOwn(result, key)) {
      result[key].push(value);
    } else {
      result[key] = [value];
    }
  }
  return result;
}
function getTextEntryFromElement(document, node) {
  const ariaLabel = node.getAttribute("aria-label");
  if (ariaLabel) {
    return {
      node,
      text: ariaLabel.value,
      location: ariaLabel.keyLocation
    };
  }
  const ariaLabelledby = node.getAttribute("aria-labelledby");
  if (ariaLabelledby) {
    const text = getTextFromReference(document, ariaLabelledby.value);
    return {
      node,
      text,
      location: ariaLabelledby.keyLocation
    };
  }
  return {
    node,
    text: null,
    location: node.location
  };
}
function isExcluded(entry) {
  const { node, text } = entry;
  if (text === null) {
    return !(node.is("form") || node.is("section"));
  }
  return true;
}
class UniqueLandmark extends Rule {
  documentation() {
    return {
      description: [
        "When the same type of landmark is present more than once in the same document each must be uniquely identifiable with a non-empty and unique name.",
        "For instance, if the document has two `<nav>` elements each of them need an accessible name to be distinguished from each other.",
        "",
        "The following elements / roles are considered landmarks:",
        "",
        '  - `aside` or `[role="complementary"]`',
        '  - `footer` or `[role="contentinfo"]`',
        '  - `form` or `[role="form"]`',
        '  - `header` or `[role="banner"]`',
        '  - `main` or `[role="main"]`',
        '  - `nav` or `[role="navigation"]`',
        '  - `section` or `[role="region"]`',
        "",
        "To fix this either:",
        "",
        "  - Add `aria-label`.",
        "  - Add `aria-labelledby`.",
        "  - Remove one of the landmarks."
      ].join("\n"),
      url: "https://html-validate.org/rules/unique-landmark.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const { document } = event;
      const elements = document.querySelectorAll(selectors.join(",")).filter((it) => typeof it.role === "string" && roles.includes(it.role));
      const grouped = groupBy(elements, (it) => it.role);
      for (const nodes of Object.values(grouped)) {
        this.validateLandmarkGroup(document, nodes);
      }
    });
  }
  validateLandmarkGroup(document, nodes) {
    if (nodes.length <= 1) {
      return;
    }
    const entries = nodes.map((it) => getTextEntryFromElement(document, it));
    const filteredEntries = entries.filter(isExcluded);
    for (const entry of filteredEntries) {
      if (entry.text instanceof DynamicValue) {
        continue;
      }
      const dup = entries.filter((it) => it.text === entry.text).length > 1;
      if (entry.text && !dup) {
        continue;
      }
      const message = `Landmarks must have a non-empty and unique accessible name (aria-label or aria-labelledby)`;
      const location = entry.location;
      this.report({
        node: entry.node,
        message,
        location
      });
    }
  }
}

const defaults$5 = {
  ignoreCase: false,
  requireSemicolon: true
};
const regexp = /&(?:[\da-z]+|#x?[\da-f]+)([^\da-z]|$)/gi;
const lowercaseEntities = elements.entities.map((it) => it.toLowerCase());
function getLegacyEntities(list) {
  return list.filter((it) => !it.endsWith(";")).toSorted((a, b) => b.length - a.length);
}
const legacyEntities = getLegacyEntities(elements.entities);
const lowercaseLegacyEntities = getLegacyEntities(lowercaseEntities);
function isNumerical(entity) {
  return entity.startsWith("&#");
}
function isAfterQueryOrFragment(delimiterIndex, match) {
  const matchIndex = match.match.index ?? 0;
  return delimiterIndex !== -1 && matchIndex > delimiterIndex;
}
function getLocation(location, entity, match) {
  const index = match.index ?? 0;
  return sliceLocation(location, index, index + entity.length);
}
function getDescription(context, options) {
  const url = "https://html.spec.whatwg.org/multipage/named-characters.html";
  let message;
  if (context.terminated) {
    message = `Unrecognized character reference \`${context.entity}\`.`;
  } else {
    message = `Character reference \`${context.entity}\` must be terminated by a semicolon.`;
  }
  return [
    message,
    `HTML5 defines a set of [valid character references](${url}) but this is not a valid one.`,
    "",
    "Ensure that:",
    "",
    "1. The character is one of the listed names.",
    ...options.ignoreCase ? [] : ["1. The case is correct (names are case sensitive)."],
    ...options.requireSemicolon ? ["1. The name is terminated with a `;`."] : []
  ].join("\n");
}
class UnknownCharReference extends Rule {
  constructor(options) {
    super({ ...defaults$5, ...options });
  }
  static schema() {
    return {
      ignoreCase: {
        type: "boolean"
      },
      requireSemicolon: {
        type: "boolean"
      }
    };
  }
  documentation(context) {
    return {
      description: getDescription(context, this.options),
      url: "https://html-validate.org/rules/unrecognized-char-ref.html"
    };
  }
  setup() {
    this.on("element:ready", (event) => {
      const node = event.target;
      if (node.textType !== "text") {
        return;
      }
      for (const child of node.childNodes) {
        if (child.nodeType !== Node.TEXT_NODE) {
          continue;
        }
        this.findCharacterReferences(node, child.textContent, child.location, {
          isAttribute: false
        });
      }
    });
    this.on("attr", (event) => {
      if (!event.value) {
        return;
      }
      this.findCharacterReferences(event.target, event.value.toString(), event.valueLocation, {
        isAttribute: true
      });
    });
  }
  get entities() {
    if (this.options.ignoreCase) {
      return lowercaseEntities;
    }
    return elements.entities;
  }
  findCharacterReferences(node, text, location, { isAttribute }) {
    const delimiter = text.search(/[#?]/);
    for (const match of this.getMatches(text)) {
      const allowUnterminated = isAttribute && isAfterQueryOrFragment(delimiter, match);
      this.validateCharacterReference(node, location, match, {
        allowUnterminated,
        isAttribute
      });
    }
  }
  validateCharacterReference(node, location, entityMatch, { allowUnterminated, isAttribute }) {
    const { requireSemicolon } = this.options;
    const { match, entity, raw, terminated } = entityMatch;
    if (isNumerical(entity)) {
      return;
    }
    if (!terminated && allowUnterminated) {
      return;
    }
    const found = this.entities.includes(entity);
    if (found && (terminated || !requireSemicolon)) {
      return;
    }
    if (!terminated) {
      const name = this.findUnterminatedName(entity, { found, isAttribute });
      if (name) {
        const entityLocation2 = getLocation(location, name, match);
        const message2 = `Character reference "{{ entity }}" must be terminated by a semicolon`;
        const context2 = {
          entity: raw.slice(0, name.length),
          terminated: false
        };
        this.report({
          node,
          message: message2,
          location: entityLocation2,
          context: context2
        });
      }
      return;
    }
    const entityLocation = getLocation(location, entity, match);
    const message = `Unrecognized character reference "{{ entity }}"`;
    const context = {
      entity: raw,
      terminated: true
    };
    this.report({
      node,
      message,
      location: entityLocation,
      context
    });
  }
  findUnterminatedName(entity, { found, isAttribute }) {
    if (!isAttribute && this.options.requireSemicolon) {
      const list = this.options.ignoreCase ? lowercaseLegacyEntities : legacyEntities;
      const legacy = list.find((it) => entity.startsWith(it));
      if (legacy) {
        return legacy;
      }
    }
    if (found || this.entities.includes(`${entity};`)) {
      return entity;
    }
    return void 0;
  }
  *getMatches(text) {
    let match;
    do {
      match = regexp.exec(text);
      if (!match) {
        continue;
      }
      const terminator = match[1];
      const terminated = terminator === ";";
      const needSlice = terminator !== ";" && terminator.length > 0;
      const entity = needSlice ? match[0].slice(0, -1) : match[0];
      if (this.options.ignoreCase) {
        yield { match, entity: entity.toLowerCase(), raw: entity, terminated };
      } else {
        yield { match, entity, raw: entity, terminated };
      }
    } while (match);
  }
}

const expectedOrder = ["section", "hint", "contact", "field1", "field2", "webauthn"];
const fieldNames1 = /* @__PURE__ */ new Set([
  "name",
  "honorific-prefix",
  "given-name",
  "additional-name",
  "family-name",
  "honorific-suffix",
  "nickname",
  "username",
  "new-password",
  "current-password",
  "one-time-code",
  "organization-title",
  "organization",
  "street-address",
  "address-line1",
  "address-line2",
  "address-line3",
  "address-level4",
  "address-level3",
  "address-level2",
  "address-level1",
  "country",
  "country-name",
  "postal-code",
  "cc-name",
  "cc-given-name",
  "cc-additional-name",
  "cc-family-name",
  "cc-number",
  "cc-exp",
  "cc-exp-month",
  "cc-exp-year",
  "cc-csc",
  "cc-type",
  "transaction-currency",
  "transaction-amount",
  "language",
  "bday",
  "bday-day",
  "bday-month",
  "bday-year",
  "sex",
  "url",
  "photo"
]);
const fieldNames2 = /* @__PURE__ */ new Set([
  "tel",
  "tel-country-code",
  "tel-national",
  "tel-area-code",
  "tel-local",
  "tel-local-prefix",
  "tel-local-suffix",
  "tel-extension",
  "email",
  "impp"
]);
const fieldNameGroup = {
  name: "text",
  "honorific-prefix": "text",
  "given-name": "text",
  "additional-name": "text",
  "family-name": "text",
  "honorific-suffix": "text",
  nickname: "text",
  username: "username",
  "new-password": "password",
  "current-password": "password",
  "one-time-code": "password",
  "organization-title": "text",
  organization: "text",
  "street-address": "multiline",
  "address-line1": "text",
  "address-line2": "text",
  "address-line3": "text",
  "address-level4": "text",
  "address-level3": "text",
  "address-level2": "text",
  "address-level1": "text",
  country: "text",
  "country-name": "text",
  "postal-code": "text",
  "cc-name": "text",
  "cc-given-name": "text",
  "cc-additional-name": "text",
  "cc-family-name": "text",
  "cc-number": "text",
  "cc-exp": "month",
  "cc-exp-month": "numeric",
  "cc-exp-year": "numeric",
  "cc-csc": "text",
  "cc-type": "text",
  "transaction-currency": "text",
  "transaction-amount": "numeric",
  language: "text",
  bday: "date",
  "bday-day": "numeric",
  "bday-month": "numeric",
  "bday-year": "numeric",
  sex: "text",
  url: "url",
  photo: "url",
  tel: "tel",
  "tel-country-code": "text",
  "tel-national": "text",
  "tel-area-code": "text",
  "tel-local": "text",
  "tel-local-prefix": "text",
  "tel-local-suffix": "text",
  "tel-extension": "text",
  email: "username",
  impp: "url"
};
const disallowedInputTypes = ["checkbox", "radio", "file", "submit", "image", "reset", "button"];
function matchSection(token) {
  return token.startsWith("section-");
}
function matchHint(token) {
  return token === "shipping" || token === "billing";
}
function matchFieldNames1(token) {
  return fieldNames1.has(token);
}
function matchContact(token) {
  const haystack = ["home", "work", "mobile", "fax", "pager"];
  return haystack.includes(token);
}
function matchFieldNames2(token) {
  return fieldNames2.has(token);
}
function matchWebauthn(token) {
  return token === "webauthn";
}
function matchToken(token) {
  if (matchSection(token)) {
    return "section";
  }
  if (matchHint(token)) {
    return "hint";
  }
  if (matchFieldNames1(token)) {
    return "field1";
  }
  if (matchFieldNames2(token)) {
    return "field2";
  }
  if (matchContact(token)) {
    return "contact";
  }
  if (matchWebauthn(token)) {
    return "webauthn";
  }
  return null;
}
function getControlGroups(type) {
  const allGroups = [
    "text",
    "multiline",
    "password",
    "url",
    "username",
    "tel",
    "numeric",
    "month",
    "date"
  ];
  const mapping = {
    hidden: allGroups,
    text: allGroups.filter((it) => it !== "multiline"),
    search: allGroups.filter((it) => it !== "multiline"),
    password: ["password"],
    url: ["url"],
    email: ["username"],
    tel: ["tel"],
    number: ["numeric"],
    month: ["month"],
    date: ["date"]
  };
  return mapping[type] ?? [];
}
function isDisallowedType(node, type) {
  if (!node.is("input")) {
    return false;
  }
  return disallowedInputTypes.includes(type);
}
function getTerminalMessage(context) {
  switch (context.msg) {
    case 0 /* InvalidAttribute */:
      return "autocomplete attribute cannot be used on {{ what }}";
    case 1 /* InvalidValue */:
      return '"{{ value }}" cannot be used on {{ what }}';
    case 2 /* InvalidOrder */:
      return '"{{ second }}" must appear before "{{ first }}"';
    case 3 /* InvalidToken */:
      return '"{{ token }}" is not a valid autocomplete token or field name';
    case 4 /* InvalidCombination */:
      return '"{{ second }}" cannot be combined with "{{ first }}"';
    case 5 /* MissingField */:
      return "autocomplete attribute is missing field name";
  }
}
function getMarkdownMessage(context) {
  switch (context.msg) {
    case 0 /* InvalidAttribute */:
      return [
        `\`autocomplete\` attribute cannot be used on \`${context.what}\``,
        "",
        "The following input types cannot use the `autocomplete` attribute:",
        "",
        ...disallowedInputTypes.map((it) => `- \`${it}\``)
      ].join("\n");
    case 1 /* InvalidValue */: {
      const message = `\`"${context.value}"\` cannot be used on \`${context.what}\``;
      if (context.type === "form") {
        return [
          message,
          "",
          'The `<form>` element can only use the values `"on"` and `"off"`.'
        ].join("\n");
      }
      if (context.type === "hidden") {
        return [
          message,
          "",
          '`<input type="hidden">` cannot use the values `"on"` and `"off"`.'
        ].join("\n");
      }
      const controlGroups = getControlGroups(context.type);
      const currentGroup = fieldNameGroup[context.value];
      return [
        message,
        "",
        `\`${context.what}\` allows autocomplete fields from the following group${controlGroups.length > 1 ? "s" : ""}:`,
        "",
        ...controlGroups.map((it) => `- ${it}`),
        "",
        `The field \`"${context.value}"\` belongs to the group /${currentGroup}/ which cannot be used with this input type.`
      ].join("\n");
    }
    case 2 /* InvalidOrder */:
      return [
        `\`"${context.second}"\` must appear before \`"${context.first}"\``,
        "",
        "The autocomplete tokens must appear in the following order:",
        "",
        "- Optional section name (`section-` prefix).",
        "- Optional `shipping` or `billing` token.",
        "- Optional `home`, `work`, `mobile`, `fax` or `pager` token (for fields supporting it).",
        "- Field name",
        "- Optional `webauthn` token."
      ].join("\n");
    case 3 /* InvalidToken */:
      return `\`"${context.token}"\` is not a valid autocomplete token or field name`;
    case 4 /* InvalidCombination */:
      return `\`"${context.second}"\` cannot be combined with \`"${context.first}"\``;
    case 5 /* MissingField */:
      return "Autocomplete attribute is missing field name";
  }
}
class ValidAutocomplete extends Rule {
  documentation(context) {
    return {
      description: getMarkdownMessage(context),
      url: "https://html-validate.org/rules/valid-autocomplete.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const { document } = event;
      const elements = document.querySelectorAll("[autocomplete]");
      for (const element of elements) {
        const autocomplete = element.getAttribute("autocomplete");
        if (autocomplete.value === null || autocomplete.value instanceof DynamicValue) {
          continue;
        }
        const location = autocomplete.valueLocation;
        const value = autocomplete.value.toLowerCase();
        const tokens = new DOMTokenList(value, location);
        if (tokens.length === 0) {
          continue;
        }
        this.validate(element, value, tokens, autocomplete.keyLocation, location);
      }
    });
  }
  validate(node, value, tokens, keyLocation, valueLocation) {
    switch (node.tagName) {
      case "form":
        this.validateFormAutocomplete(node, value, valueLocation);
        break;
      case "input":
      case "textarea":
      case "select":
        this.validateControlAutocomplete(node, tokens, keyLocation);
        break;
    }
  }
  validateControlAutocomplete(node, tokens, keyLocation) {
    const type = node.getAttributeValue("type") ?? "text";
    if (isDisallowedType(node, type)) {
      const context = {
        msg: 0 /* InvalidAttribute */,
        what: `<input type="${type}">`
      };
      this.report({
        node,
        message: getTerminalMessage(context),
        location: keyLocation,
        context
      });
      return;
    }
    if (tokens.includes("on") || tokens.includes("off")) {
      const mantle = type !== "hidden" ? "expectation" : "anchor";
      this.validateOnOff(node, mantle, tokens);
      return;
    }
    this.validateTokens(node, tokens, keyLocation);
  }
  validateFormAutocomplete(node, value, location) {
    const trimmed = value.trim();
    if (["on", "off"].includes(trimmed)) {
      return;
    }
    const context = {
      msg: 1 /* InvalidValue */,
      type: "form",
      value: trimmed,
      what: "<form>"
    };
    this.report({
      node,
      message: getTerminalMessage(context),
      location,
      context
    });
  }
  validateOnOff(node, mantle, tokens) {
    const index = tokens.findIndex((it) => it === "on" || it === "off");
    const value = tokens.item(index);
    const location = tokens.location(index);
    if (tokens.length > 1) {
      const context = {
        msg: 4 /* InvalidCombination */,
        /* eslint-disable-next-line @typescript-eslint/no-non-null-assertion -- it must be present of it wouldn't be found */
        first: tokens.item(index > 0 ? 0 : 1),
        second: value
      };
      this.report({
        node,
        message: getTerminalMessage(context),
        location,
        context
      });
    }
    switch (mantle) {
      case "expectation":
        return;
      case "anchor": {
        const context = {
          msg: 1 /* InvalidValue */,
          type: "hidden",
          value,
          what: `<input type="hidden">`
        };
        this.report({
          node,
          message: getTerminalMessage(context),
          location: tokens.location(0),
          context
        });
      }
    }
  }
  validateTokens(node, tokens, keyLocation) {
    const order = [];
    for (const { item, location } of tokens.iterator()) {
      const tokenType = matchToken(item);
      if (tokenType) {
        order.push(tokenType);
      } else {
        const context = {
          msg: 3 /* InvalidToken */,
          token: item
        };
        this.report({
          node,
          message: getTerminalMessage(context),
          location,
          context
        });
        return;
      }
    }
    const fieldTokens = order.map((it) => it === "field1" || it === "field2");
    this.validateFieldPresence(node, tokens, fieldTokens, keyLocation);
    this.validateContact(node, tokens, order);
    this.validateOrder(node, tokens, order);
    this.validateControlGroup(node, tokens, fieldTokens);
  }
  /**
   * Ensure that exactly one field name is present from the two field lists.
   */
  validateFieldPresence(node, tokens, fieldTokens, keyLocation) {
    const numFields = fieldTokens.filter(Boolean).length;
    if (numFields === 0) {
      const context = {
        msg: 5 /* MissingField */
      };
      this.report({
        node,
        message: getTerminalMessage(context),
        location: keyLocation,
        context
      });
    } else if (numFields > 1) {
      const a = fieldTokens.indexOf(true);
      const b = fieldTokens.lastIndexOf(true);
      const context = {
        msg: 4 /* InvalidCombination */,
        /* eslint-disable @typescript-eslint/no-non-null-assertion -- it must be present of it wouldn't be found */
        first: tokens.item(a),
        second: tokens.item(b)
        /* eslint-enable @typescript-eslint/no-non-null-assertion */
      };
      this.report({
        node,
        message: getTerminalMessage(context),
        location: tokens.location(b),
        context
      });
    }
  }
  /**
   * Ensure contact token is only used with field names from the second list.
   */
  validateContact(node, tokens, order) {
    if (!order.includes("contact") || !order.includes("field1")) {
      return;
    }
    const a = order.indexOf("field1");
    const b = order.indexOf("contact");
    const context = {
      msg: 4 /* InvalidCombination */,
      /* eslint-disable @typescript-eslint/no-non-null-assertion -- it must be present of it wouldn't be found */
      first: tokens.item(a),
      second: tokens.item(b)
      /* eslint-enable @typescript-eslint/no-non-null-assertion */
    };
    this.report({
      node,
      message: getTerminalMessage(context),
      location: tokens.location(b),
      context
    });
  }
  validateOrder(node, tokens, order) {
    const indicies = order.map((it) => expectedOrder.indexOf(it));
    for (let i = 0; i < indicies.length - 1; i++) {
      if (indicies[0] <= indicies[i + 1]) {
        continue;
      }
      const context = {
        msg: 2 /* InvalidOrder */,
        /* eslint-disable @typescript-eslint/no-non-null-assertion -- it must be present of it wouldn't be found */
        first: tokens.item(i),
        second: tokens.item(i + 1)
        /* eslint-enable @typescript-eslint/no-non-null-assertion */
      };
      this.report({
        node,
        message: getTerminalMessage(context),
        location: tokens.location(i + 1),
        context
      });
    }
  }
  validateControlGroup(node, tokens, fieldTokens) {
    const numFields = fieldTokens.filter(Boolean).length;
    if (numFields === 0) {
      return;
    }
    if (!node.is("input")) {
      return;
    }
    const attr = node.getAttribute("type");
    const type = attr?.value ?? "text";
    if (type instanceof DynamicValue) {
      return;
    }
    const controlGroups = getControlGroups(type);
    const fieldIndex = fieldTokens.indexOf(true);
    const fieldToken = tokens.item(fieldIndex);
    const fieldGroup = fieldNameGroup[fieldToken];
    if (controlGroups.includes(fieldGroup)) {
      return;
    }
    const context = {
      msg: 1 /* InvalidValue */,
      type,
      value: fieldToken,
      what: `<input type="${type}">`
    };
    this.report({
      node,
      message: getTerminalMessage(context),
      location: tokens.location(fieldIndex),
      context
    });
  }
}

function isLabelable(target) {
  const { meta } = target;
  if (!meta) {
    return true;
  }
  return Boolean(meta.labelable);
}
class ValidFor extends Rule {
  documentation() {
    return {
      description: `The \`<label>\` \`for\` attribute must reference a labelable form control.`,
      url: "https://html-validate.org/rules/valid-for.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const { document } = event;
      for (const node of document.querySelectorAll("label[for]")) {
        const attr = node.getAttribute("for");
        if (!isStaticAttribute(attr) || !attr.value) {
          continue;
        }
        const selector = generateIdSelector(attr.value);
        const target = document.querySelector(selector);
        if (!target) {
          continue;
        }
        if (isLabelable(target)) {
          continue;
        }
        this.report({
          node,
          message: '<label> "for" attribute must reference a labelable form control',
          location: attr.valueLocation,
          related: [{ kind: "element", node: target }]
        });
      }
    });
  }
}

const defaults$4 = {
  relaxed: false
};
class ValidID extends Rule {
  constructor(options) {
    super({ ...defaults$4, ...options });
  }
  static schema() {
    return {
      relaxed: {
        type: "boolean"
      }
    };
  }
  documentation(context) {
    const { relaxed } = this.options;
    const { kind, id } = context;
    const message = this.messages[kind].replace(`"{{ id }}"`, "`{{ id }}`").replace("id", "ID").replace(/^./, (m) => m.toUpperCase());
    const relaxedDescription = relaxed ? [] : [
      "  - ID must begin with a letter",
      "  - ID must only contain letters, digits, `-` and `_`"
    ];
    return {
      description: [
        `${interpolate(message, { id })}.`,
        "",
        "Under the current configuration the following rules are applied:",
        "",
        "  - ID must not be empty",
        "  - ID must not contain any whitespace characters",
        ...relaxedDescription
      ].join("\n"),
      url: "https://html-validate.org/rules/valid-id.html"
    };
  }
  setup() {
    this.on("attr", this.isRelevant, (event) => {
      const { value } = event;
      if (value === null || value instanceof DynamicValue) {
        return;
      }
      if (value === "") {
        const context2 = { kind: 1 /* EMPTY */, id: value };
        this.report({
          node: event.target,
          message: this.messages[context2.kind],
          location: event.location,
          context: context2
        });
        return;
      }
      if (/\s/.test(value)) {
        const context2 = { kind: 2 /* WHITESPACE */, id: value };
        this.report({
          node: event.target,
          message: this.messages[context2.kind],
          location: event.valueLocation,
          context: context2
        });
        return;
      }
      const { relaxed } = this.options;
      if (relaxed) {
        return;
      }
      if (new RegExp("^\\P{L}", "u").test(value)) {
        const context2 = { kind: 3 /* LEADING_CHARACTER */, id: value };
        this.report({
          node: event.target,
          message: this.messages[context2.kind],
          location: event.valueLocation,
          context: context2
        });
        return;
      }
      if (!/[^\p{L}\p{N}_-]/u.test(value)) {
        return;
      }
      const context = { kind: 4 /* DISALLOWED_CHARACTER */, id: value };
      this.report({
        node: event.target,
        message: this.messages[context.kind],
        location: event.valueLocation,
        context
      });
    });
  }
  get messages() {
    return {
      [1 /* EMPTY */]: `element id "{{ id }}" must not be empty`,
      [2 /* WHITESPACE */]: `element id "{{ id }}" must not contain whitespace`,
      [3 /* LEADING_CHARACTER */]: `element id "{{ id }}" must begin with a letter`,
      [4 /* DISALLOWED_CHARACTER */]: `element id "{{ id }}" must only contain letters, digits, dash and underscore characters`
    };
  }
  isRelevant(event) {
    return event.key === "id";
  }
}

class VoidContent extends Rule {
  documentation(context) {
    const doc = {
      description: "HTML void elements cannot have any content and must not have content or end tag.",
      url: "https://html-validate.org/rules/void-content.html"
    };
    if (context) {
      doc.description = `<${context}> is a void element and must not have content or end tag.`;
    }
    return doc;
  }
  setup() {
    this.on("tag:end", (event) => {
      const node = event.target;
      if (!node) {
        return;
      }
      if (!node.voidElement) {
        return;
      }
      if (node.closed === Node.CLOSED_END_TAG) {
        this.report({
          node: null,
          message: `End tag for <${node.tagName}> must be omitted`,
          location: node.location,
          context: node.tagName
        });
      }
    });
  }
}

const defaults$3 = {
  style: "omit"
};
class VoidStyle extends Rule {
  style;
  constructor(options) {
    super({ ...defaults$3, ...options });
    this.style = parseStyle(this.options.style);
  }
  static schema() {
    return {
      style: {
        enum: ["omit", "selfclose", "selfclosing"],
        type: "string"
      }
    };
  }
  documentation(context) {
    const [desc, end] = styleDescription(context.style);
    return {
      description: `The current configuration requires void elements to ${desc}, use <${context.tagName}${end}> instead.`,
      url: "https://html-validate.org/rules/void-style.html"
    };
  }
  setup() {
    const { style } = this;
    const validateStyle = {
      [1 /* AlwaysOmit */]: this.validateOmitted.bind(this),
      [2 /* AlwaysSelfclose */]: this.validateSelfClosed.bind(this)
    }[style];
    this.on("tag:end", (event) => {
      const active = event.previous;
      if (active.meta) {
        validateStyle(active);
      }
    });
  }
  validateOmitted(node) {
    if (!node.voidElement) {
      return;
    }
    if (node.closed !== Node.CLOSED_VOID_SELF_CLOSED) {
      return;
    }
    this.reportError(
      node,
      `Expected omitted end tag <${node.tagName}> instead of self-closing element <${node.tagName}/>`
    );
  }
  validateSelfClosed(node) {
    if (!node.voidElement) {
      return;
    }
    if (node.closed !== Node.CLOSED_VOID_OMITTED) {
      return;
    }
    this.reportError(
      node,
      `Expected self-closing element <${node.tagName}/> instead of omitted end-tag <${node.tagName}>`
    );
  }
  reportError(node, message) {
    const context = {
      style: this.style,
      tagName: node.tagName
    };
    super.report({
      node,
      message,
      location: null,
      context
    });
  }
}
function parseStyle(name) {
  switch (name) {
    case "omit":
      return 1 /* AlwaysOmit */;
    case "selfclose":
    case "selfclosing":
      return 2 /* AlwaysSelfclose */;
    /* istanbul ignore next: covered by schema validation */
    default:
      throw new Error(`Invalid style "${name}" for "void-style" rule`);
  }
}
function styleDescription(style) {
  switch (style) {
    case 1 /* AlwaysOmit */:
      return ["omit end tag", ""];
    case 2 /* AlwaysSelfclose */:
      return ["be self-closed", "/"];
    // istanbul ignore next: will only happen if new styles are added, otherwise this isn't reached
    default:
      throw new Error(`Unknown style`);
  }
}

class H30 extends Rule {
  documentation() {
    return {
      description: "WCAG 2.1 requires each `<a href>` anchor link to have a text describing the purpose of the link using either plain text or an `<img>` with the `alt` attribute set.",
      url: "https://html-validate.org/rules/wcag/h30.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const links = event.document.querySelectorAll("a");
      for (const link of links) {
        if (!link.hasAttribute("href")) {
          continue;
        }
        if (!inAccessibilityTree(link)) {
          continue;
        }
        const textClassification = classifyNodeText(link, { ignoreHiddenRoot: true });
        if (textClassification !== TextClassification.EMPTY_TEXT) {
          continue;
        }
        const images = link.querySelectorAll("img");
        if (images.some((image) => hasAltText(image))) {
          continue;
        }
        const labels = link.querySelectorAll("[aria-label]");
        if (hasAriaLabel(link) || labels.some((cur) => hasAriaLabel(cur))) {
          continue;
        }
        this.report({
          node: link,
          message: "Anchor link must have a text describing its purpose"
        });
      }
    });
  }
}

class H32 extends Rule {
  documentation() {
    return {
      description: "WCAG 2.1 requires each `<form>` element to have at least one submit button.",
      url: "https://html-validate.org/rules/wcag/h32.html"
    };
  }
  setup() {
    const formTags = this.getTagsWithProperty("form");
    const formSelector = formTags.join(",");
    const submitButtonTags = this.getTagsWithProperty("submitButton");
    const submitButtonSelector = submitButtonTags.join(",");
    this.on("dom:ready", (event) => {
      const { document } = event;
      const forms = document.querySelectorAll(formSelector);
      for (const form of forms) {
        if (hasNestedSubmit(form, submitButtonSelector)) {
          continue;
        }
        if (hasAssociatedSubmit(document, form)) {
          continue;
        }
        this.report({
          node: form,
          message: `<${form.tagName}> element must have a submit button`
        });
      }
    });
  }
}
function isSubmit(node) {
  const meta = node.meta;
  return Boolean(meta?.submitButton);
}
function isAssociated(id, node) {
  const form = node.getAttribute("form");
  return Boolean(form?.valueMatches(id, true));
}
function hasNestedSubmit(form, submitButtonSelector) {
  const matches = form.querySelectorAll(submitButtonSelector).filter(isSubmit).filter((node) => !node.hasAttribute("form"));
  return matches.length > 0;
}
function hasAssociatedSubmit(document, form) {
  const { id } = form;
  if (!id) {
    return false;
  }
  const matches = document.querySelectorAll("button[form],input[form]").filter(isSubmit).filter((node) => isAssociated(id, node));
  return matches.length > 0;
}

class H36 extends Rule {
  documentation() {
    return {
      description: [
        "WCAG 2.1 requires all images used as submit buttons to have a non-empty textual description using the `alt` attribute.",
        'The alt text cannot be empty (`alt=""`).'
      ].join("\n"),
      url: "https://html-validate.org/rules/wcag/h36.html"
    };
  }
  setup() {
    this.on("tag:end", (event) => {
      const node = event.previous;
      if (node.tagName !== "input") {
        return;
      }
      if (node.getAttributeValue("type") !== "image") {
        return;
      }
      if (!inAccessibilityTree(node)) {
        return;
      }
      if (hasAltText(node)) {
        return;
      }
      const message = "image used as submit button must have non-empty alt text";
      const alt = node.getAttribute("alt");
      this.report({
        node,
        message,
        location: alt ? alt.keyLocation : node.location
      });
    });
  }
}

const defaults$2 = {
  allowEmpty: true,
  alias: []
};
class H37 extends Rule {
  constructor(options) {
    super({ ...defaults$2, ...options });
    if (!Array.isArray(this.options.alias)) {
      this.options.alias = [this.options.alias];
    }
  }
  static schema() {
    return {
      alias: {
        anyOf: [
          {
            items: {
              type: "string"
            },
            type: "array"
          },
          {
            type: "string"
          }
        ]
      },
      allowEmpty: {
        type: "boolean"
      }
    };
  }
  documentation() {
    return {
      description: "Both HTML5 and WCAG 2.0 requires images to have a alternative text for each image.",
      url: "https://html-validate.org/rules/wcag/h37.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const { document } = event;
      const nodes = document.querySelectorAll("img");
      for (const node of nodes) {
        this.validateNode(node);
      }
    });
  }
  validateNode(node) {
    if (!inAccessibilityTree(node)) {
      return;
    }
    if (Boolean(node.getAttributeValue("alt")) || node.hasAttribute("alt") && this.options.allowEmpty) {
      return;
    }
    for (const attr of this.options.alias) {
      if (node.getAttribute(attr)) {
        return;
      }
    }
    const tag = node.annotatedName;
    if (node.hasAttribute("alt")) {
      const attr = node.getAttribute("alt");
      this.report({
        node,
        message: `${tag} cannot have empty "alt" attribute`,
        location: attr.keyLocation
      });
    } else {
      this.report({
        node,
        message: `${tag} is missing required "alt" attribute`,
        location: node.location
      });
    }
  }
}

const defaults$1 = {
  strict: false
};
const { enum: validScopes } = elements.html5.th.attributes.scope;
const joinedScopes = utils_naturalJoin.naturalJoin(validScopes);
const td = 0;
const th = 1;
function getShape(cells) {
  const rows = cells.length;
  const cols = cells[0].length;
  return { rows, cols };
}
function isSimpleTable(table) {
  const haveHeadersAttr = table.querySelector("> tr > [headers], > tbody > tr > [headers]");
  if (haveHeadersAttr) {
    return false;
  }
  const rows = table.querySelectorAll("> tr, > thead > tr, > tbody > tr");
  if (rows.length === 0) {
    return false;
  }
  const cells = rows.map((tr) => tr.querySelectorAll("> *").map((el) => el.is("th") ? th : td));
  if (cells[0].length === 0) {
    return false;
  }
  const numColumns = cells[0].length;
  if (cells.some((row) => row.length !== numColumns)) {
    return false;
  }
  const shape = getShape(cells);
  const headersPerRow = cells.map((row) => row.reduce((sum, cell) => sum + cell, 0));
  const headersPerColumn = new Array(shape.cols).fill(0).map((_, index) => {
    return cells.reduce((sum, it) => sum + it[index], 0);
  });
  const [firstRow, ...otherRows] = headersPerRow;
  if (firstRow === shape.cols && otherRows.every((row) => row === 0)) {
    return true;
  }
  const [firstCol, ...otherCols] = headersPerColumn;
  const haveThead = Boolean(table.querySelector("> thead"));
  if (firstCol === shape.rows && otherCols.every((col) => col === 0) && !haveThead) {
    return true;
  }
  return false;
}
class H63 extends Rule {
  constructor(options) {
    super({ ...defaults$1, ...options });
  }
  static schema() {
    return {
      strict: {
        type: "boolean"
      }
    };
  }
  documentation() {
    return {
      description: "H63: Using the scope attribute to associate header cells and data cells in data tables",
      url: "https://html-validate.org/rules/wcag/h63.html"
    };
  }
  setup() {
    const { strict } = this.options;
    this.on("element:ready", (event) => {
      const node = event.target;
      if (!node.is("table")) {
        return;
      }
      if (strict || !isSimpleTable(node)) {
        this.validateTable(node);
      }
    });
  }
  validateTable(node) {
    for (const th2 of node.querySelectorAll("th")) {
      const scope = th2.getAttribute("scope");
      const value = scope?.value;
      if (value instanceof DynamicValue) {
        continue;
      }
      if (value && validScopes.includes(value)) {
        continue;
      }
      const message = `<th> element must have a valid scope attribute: ${joinedScopes}`;
      const location = scope?.valueLocation ?? scope?.keyLocation ?? th2.location;
      this.report({
        node: th2,
        message,
        location
      });
    }
  }
}

class H67 extends Rule {
  documentation() {
    return {
      description: "A decorative image cannot have a title attribute. Either remove `title` or add a descriptive `alt` text.",
      url: "https://html-validate.org/rules/wcag/h67.html"
    };
  }
  setup() {
    this.on("tag:end", (event) => {
      const node = event.target;
      if (node?.tagName !== "img") {
        return;
      }
      const title = node.getAttribute("title");
      if (!title || title.value === "") {
        return;
      }
      const alt = node.getAttributeValue("alt");
      if (alt && alt !== "") {
        return;
      }
      this.report({
        node,
        message: "<img> with empty alt text cannot have title attribute",
        location: title.keyLocation
      });
    });
  }
}

class H71 extends Rule {
  documentation() {
    return {
      description: "H71: Providing a description for groups of form controls using fieldset and legend elements",
      url: "https://html-validate.org/rules/wcag/h71.html"
    };
  }
  setup() {
    this.on("dom:ready", (event) => {
      const { document } = event;
      const fieldsets = document.querySelectorAll(this.selector);
      for (const fieldset of fieldsets) {
        this.validate(fieldset);
      }
    });
  }
  validate(fieldset) {
    const legend = fieldset.querySelectorAll("> legend");
    if (legend.length === 0) {
      this.reportNode(fieldset);
    }
  }
  reportNode(node) {
    super.report({
      node,
      message: `${node.annotatedName} must have a <legend> as the first child`
    });
  }
  get selector() {
    return this.getTagsDerivedFrom("fieldset").join(",");
  }
}

const bundledRules$1 = {
  "wcag/h30": H30,
  "wcag/h32": H32,
  "wcag/h36": H36,
  "wcag/h37": H37,
  "wcag/h63": H63,
  "wcag/h67": H67,
  "wcag/h71": H71
};

const bundledRules = {
  "allowed-links": AllowedLinks,
  "area-alt": AreaAlt,
  "aria-hidden-body": AriaHiddenBody,
  "aria-label-misuse": AriaLabelMisuse,
  "attr-case": AttrCase,
  "attr-delimiter": AttrDelimiter,
  "attr-pattern": AttrPattern,
  "attr-quotes": AttrQuotes,
  "attr-spacing": AttrSpacing,
  "attribute-allowed-values": AttributeAllowedValues,
  "attribute-boolean-style": AttributeBooleanStyle,
  "attribute-empty-style": AttributeEmptyStyle,
  "attribute-misuse": AttributeMisuse,
  "autocomplete-password": AutocompletePassword,
  "class-pattern": ClassPattern,
  "close-attr": CloseAttr,
  "close-order": CloseOrder,
  deprecated: Deprecated,
  "deprecated-class": DeprecatedClass,
  "deprecated-rule": DeprecatedRule,
  "doctype-html": NoStyleTag$1,
  "doctype-style": DoctypeStyle,
  "element-case": ElementCase,
  "element-name": ElementName,
  "element-permitted-content": ElementPermittedContent,
  "element-permitted-occurrences": ElementPermittedOccurrences,
  "element-permitted-order": ElementPermittedOrder,
  "element-permitted-parent": ElementPermittedParent,
  "element-required-ancestor": ElementRequiredAncestor,
  "element-required-attributes": ElementRequiredAttributes,
  "element-required-content": ElementRequiredContent,
  "empty-heading": EmptyHeading,
  "empty-title": EmptyTitle,
  "form-dup-name": FormDupName,
  "heading-level": HeadingLevel,
  "hidden-focusable": HiddenFocusable,
  "id-pattern": IdPattern,
  "input-attributes": InputAttributes,
  "input-missing-label": InputMissingLabel,
  "long-title": LongTitle,
  "map-dup-name": MapDupName,
  "map-id-name": MapIdName,
  "meta-refresh": MetaRefresh,
  "missing-doctype": MissingDoctype,
  "multiple-labeled-controls": MultipleLabeledControls,
  "name-pattern": NamePattern,
  "no-abstract-role": NoAbstractRole,
  "no-autoplay": NoAutoplay,
  "no-conditional-comment": NoConditionalComment,
  "no-deprecated-attr": NoDeprecatedAttr,
  "no-dup-attr": NoDupAttr,
  "no-dup-class": NoDupClass,
  "no-dup-id": NoDupID,
  "no-implicit-button-type": NoImplicitButtonType,
  "no-implicit-input-type": NoImplicitInputType,
  "no-implicit-close": NoImplicitClose,
  "no-inline-style": NoInlineStyle,
  "no-missing-references": NoMissingReferences,
  "no-multiple-main": NoMultipleMain,
  "no-raw-characters": NoRawCharacters,
  "no-redundant-aria-label": NoRedundantAriaLabel,
  "no-redundant-for": NoRedundantFor,
  "no-redundant-role": NoRedundantRole,
  "no-self-closing": NoSelfClosing,
  "no-style-tag": NoStyleTag,
  "no-trailing-whitespace": NoTrailingWhitespace,
  "no-unknown-attributes": NoUnknownAttributes,
  "no-unknown-elements": NoUnknownElements,
  "no-unused-disable": NoUnusedDisable,
  "no-utf8-bom": NoUtf8Bom,
  "prefer-button": PreferButton,
  "prefer-native-element": PreferNativeElement,
  "prefer-tbody": PreferTbody,
  "presentation-role-style": PresentationRoleStyle,
  "require-csp-nonce": RequireCSPNonce,
  "require-sri": RequireSri,
  "script-element": ScriptElement,
  "script-type": ScriptType,
  "svg-focusable": SvgFocusable,
  "tel-non-breaking": TelNonBreaking,
  "text-content": TextContent,
  "unique-landmark": UniqueLandmark,
  "unrecognized-char-ref": UnknownCharReference,
  "valid-autocomplete": ValidAutocomplete,
  "valid-for": ValidFor,
  "valid-id": ValidID,
  "void-content": VoidContent,
  "void-style": VoidStyle,
  ...bundledRules$1
};

const $schema = "http://json-schema.org/draft-06/schema#";
const $id = "https://html-validate.org/schemas/config.json";
const type = "object";
const additionalProperties = false;
const properties = {
	$schema: {
		type: "string"
	},
	root: {
		type: "boolean",
		title: "Mark as root configuration",
		description: "If this is set to true no further configurations will be searched.",
		"default": false
	},
	aria: {
		type: "string",
		"enum": [
			"1.2",
			"1.3",
			"latest"
		],
		title: "ARIA specification version",
		description: "ARIA specification version to use.",
		"default": "1.2"
	},
	"extends": {
		type: "array",
		items: {
			type: "string"
		},
		title: "Configurations to extend",
		description: "Array of shareable or builtin configurations to extend."
	},
	elements: {
		type: "array",
		items: {
			anyOf: [
				{
					type: "string"
				},
				{
					type: "object"
				}
			]
		},
		title: "Element metadata to load",
		description: "Array of modules, plugins or files to load element metadata from. Use <rootDir> to refer to the folder with the package.json file.",
		examples: [
			[
				"html-validate:recommended",
				"plugin:recommended",
				"module",
				"./local-file.json"
			]
		]
	},
	plugins: {
		type: "array",
		items: {
			anyOf: [
				{
					type: "string"
				},
				{
					type: "object"
				}
			]
		},
		title: "Plugins to load",
		description: "Array of plugins load. Use <rootDir> to refer to the folder with the package.json file.",
		examples: [
			[
				"my-plugin",
				"./local-plugin"
			]
		]
	},
	transform: {
		type: "object",
		additionalProperties: {
			anyOf: [
				{
					type: "string"
				},
				{
					"function": true
				}
			]
		},
		title: "File transformations to use.",
		description: "Object where key is regular expression to match filename and value is name of transformer or a function.",
		examples: [
			{
				"^.*\\.foo$": "my-transformer",
				"^.*\\.bar$": "my-plugin",
				"^.*\\.baz$": "my-plugin:named"
			}
		]
	},
	rules: {
		type: "object",
		patternProperties: {
			".*": {
				anyOf: [
					{
						"enum": [
							0,
							1,
							2,
							"off",
							"warn",
							"error"
						]
					},
					{
						type: "array",
						minItems: 1,
						maxItems: 1,
						items: [
							{
								"enum": [
									0,
									1,
									2,
									"off",
									"warn",
									"error"
								]
							}
						]
					},
					{
						type: "array",
						minItems: 2,
						maxItems: 2,
						items: [
							{
								"enum": [
									0,
									1,
									2,
									"off",
									"warn",
									"error"
								]
							},
							{
							}
						]
					}
				]
			}
		},
		title: "Rule configuration.",
		description: "Enable/disable rules, set severity. Some rules have additional configuration like style or patterns to use.",
		examples: [
			{
				foo: "error",
				bar: "off",
				baz: [
					"error",
					{
						style: "camelcase"
					}
				]
			}
		]
	}
};
var configurationSchema = {
	$schema: $schema,
	$id: $id,
	type: type,
	additionalProperties: additionalProperties,
	properties: properties
};

function isThenable(value) {
  return value && typeof value === "object" && "then" in value && typeof value.then === "function";
}

const DEFAULT_ARIA_VERSION = "1.2";

var defaultConfig = {};

const config$5 = {
  rules: {
    "area-alt": ["error", { accessible: true }],
    "aria-hidden-body": "error",
    "aria-label-misuse": ["error", { allowAnyNamable: false }],
    "deprecated-rule": "warn",
    "empty-heading": "error",
    "empty-title": "error",
    "hidden-focusable": "error",
    "meta-refresh": "error",
    "multiple-labeled-controls": "error",
    "no-abstract-role": "error",
    "no-autoplay": ["error", { include: ["audio", "video"] }],
    "no-dup-id": "error",
    "no-implicit-button-type": "error",
    "no-redundant-aria-label": "error",
    "no-redundant-for": "error",
    "no-redundant-role": "error",
    "prefer-native-element": "error",
    "svg-focusable": "off",
    "text-content": "error",
    "unique-landmark": "error",
    "valid-autocomplete": "error",
    "wcag/h30": "error",
    "wcag/h32": "error",
    "wcag/h36": "error",
    "wcag/h37": "error",
    "wcag/h63": "error",
    "wcag/h67": "error",
    "wcag/h71": "error"
  }
};

const config$4 = {
  rules: {
    /* doctype is usually not included when fetching source code from browser */
    "missing-doctype": "off",
    /* some frameworks (such as jQuery) often uses inline style, e.g. for
     * showing/hiding elements so it is counter-productive to check for inline
     * style. If anything it should be used on original sorce code only. */
    "no-inline-style": "off",
    /* scripts will often add markup with trailing whitespace */
    "no-trailing-whitespace": "off",
    /* browser normalizes boolean attributes */
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    /* the browser will often do what it wants, out of users control */
    "void-style": "off",
    "no-self-closing": "off"
  }
};

const config$3 = {
  rules: {
    "input-missing-label": "error",
    "heading-level": "error",
    "missing-doctype": "error",
    "no-missing-references": "error",
    "require-sri": "error"
  }
};

const config$2 = {
  rules: {
    "attr-quotes": "off",
    "doctype-style": "off",
    "void-style": "off"
  }
};

const config$1 = {
  rules: {
    "area-alt": ["error", { accessible: true }],
    "aria-hidden-body": "error",
    "aria-label-misuse": ["error", { allowAnyNamable: false }],
    "attr-case": "error",
    "attr-delimiter": "error",
    "attr-quotes": "error",
    "attr-spacing": "error",
    "attribute-allowed-values": "error",
    "attribute-boolean-style": "error",
    "attribute-empty-style": "error",
    "attribute-misuse": "error",
    "autocomplete-password": "error",
    "close-attr": "error",
    "close-order": "error",
    deprecated: "error",
    "deprecated-rule": "warn",
    "doctype-html": "error",
    "doctype-style": "error",
    "element-case": "error",
    "element-name": "error",
    "element-permitted-content": "error",
    "element-permitted-occurrences": "error",
    "element-permitted-order": "error",
    "element-permitted-parent": "error",
    "element-required-ancestor": "error",
    "element-required-attributes": "error",
    "element-required-content": "error",
    "empty-heading": "error",
    "empty-title": "error",
    "form-dup-name": "error",
    "hidden-focusable": "error",
    "input-attributes": "error",
    "long-title": "error",
    "map-dup-name": "error",
    "map-id-name": "error",
    "meta-refresh": "error",
    "multiple-labeled-controls": "error",
    "no-abstract-role": "error",
    "no-autoplay": ["error", { include: ["audio", "video"] }],
    "no-conditional-comment": "error",
    "no-deprecated-attr": "error",
    "no-dup-attr": "error",
    "no-dup-class": "error",
    "no-dup-id": "error",
    "no-implicit-button-type": "error",
    "no-implicit-input-type": "error",
    "no-implicit-close": "error",
    "no-inline-style": "error",
    "no-multiple-main": "error",
    "no-raw-characters": "error",
    "no-redundant-aria-label": "error",
    "no-redundant-for": "error",
    "no-redundant-role": "error",
    "no-self-closing": "error",
    "no-trailing-whitespace": "error",
    "no-utf8-bom": "error",
    "no-unused-disable": "error",
    "prefer-button": "error",
    "prefer-native-element": "error",
    "prefer-tbody": "error",
    "presentation-role-style": ["error", { prefer: "none" }],
    "script-element": "error",
    "script-type": "error",
    "svg-focusable": "off",
    "tel-non-breaking": "error",
    "text-content": "error",
    "unique-landmark": "error",
    "unrecognized-char-ref": "error",
    "valid-autocomplete": "error",
    "valid-for": "error",
    "valid-id": ["error", { relaxed: false }],
    void: "off",
    "void-content": "error",
    "void-style": "error",
    "wcag/h30": "error",
    "wcag/h32": "error",
    "wcag/h36": "error",
    "wcag/h37": "error",
    "wcag/h63": "error",
    "wcag/h67": "error",
    "wcag/h71": "error"
  }
};

const config = {
  rules: {
    "area-alt": ["error", { accessible: false }],
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
    "attr-spacing": "error",
    "attribute-allowed-values": "error",
    "attribute-misuse": "error",
    "close-attr": "error",
    "close-order": "error",
    deprecated: "error",
    "deprecated-rule": "warn",
    "doctype-html": "error",
    "element-name": "error",
    "element-permitted-content": "error",
    "element-permitted-occurrences": "error",
    "element-permitted-order": "error",
    "element-permitted-parent": "error",
    "element-required-ancestor": "error",
    "element-required-attributes": "error",
    "element-required-content": "error",
    "map-dup-name": "error",
    "map-id-name": "error",
    "multiple-labeled-controls": "error",
    "no-abstract-role": "error",
    "no-deprecated-attr": "error",
    "no-dup-attr": "error",
    "no-dup-id": "error",
    "no-multiple-main": "error",
    "no-raw-characters": ["error", { relaxed: true }],
    "no-unused-disable": "error",
    "script-element": "error",
    "unrecognized-char-ref": "error",
    "valid-autocomplete": "error",
    "valid-for": "error",
    "valid-id": ["error", { relaxed: true }],
    "void-content": "error"
  }
};

const presets = {
  "html-validate:a11y": config$5,
  "html-validate:browser": config$4,
  "html-validate:document": config$3,
  "html-validate:prettier": config$2,
  "html-validate:recommended": config$1,
  "html-validate:standard": config
};

var __defProp = Object.defineProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// src/utils/name.ts
// @__NO_SIDE_EFFECTS__
function nameFromFlags(flags) {
  return {
    fromAuthor: flags.at(0) === "A",
    fromContents: flags.at(1) === "C",
    prohibited: flags.at(2) === "P",
    required: flags.at(3) === "R"
  };
}

// src/utils/property.ts
// @__NO_SIDE_EFFECTS__
function propertyFromFlags(value) {
  const flags = value.slice(0, 3);
  const defaultValue = value.length > 3 ? value.slice(4) : void 0;
  return {
    inherited: flags.at(0) === "I",
    required: flags.at(1) === "R",
    deprecated: flags.at(2) === "D",
    default: defaultValue
  };
}

// src/utils/define-role.ts
// @__NO_SIDE_EFFECTS__
function normalizeProperty(value) {
  return propertyFromFlags(value);
}
// @__NO_SIDE_EFFECTS__
function normalizeProperties(properties) {
  const entries = Object.entries(properties);
  const normalized = entries.map(([key, value]) => {
    return [`aria-${key}`, value ? /* @__PURE__ */ normalizeProperty(value) : void 0];
  });
  return Object.fromEntries(normalized);
}
// @__NO_SIDE_EFFECTS__
function defineRole(role) {
  return Object.freeze({
    role: role.role,
    category: role.category,
    superclasses: role.superclasses ?? [],
    subclasses: role.subclasses ?? [],
    properties: /* @__PURE__ */ normalizeProperties(role.properties),
    states: /* @__PURE__ */ normalizeProperties(role.states),
    name: /* @__PURE__ */ nameFromFlags(role.name),
    requiredParent: role.requiredParent ?? [],
    allowedChildren: role.allowedChildren ?? [],
    childrenPresentational: Boolean(role.childrenPresentational)
  });
}

// src/generated/aria-latest.ts
var aria_latest_exports = {};
__export(aria_latest_exports, {
  default: () => aria_latest_default,
  getRoleData: () => getRoleData$2,
  isValidRole: () => isValidRole$2
});
var value$2 = {
  alert: defineRole({
    role: "alert",
    category: "live",
    superclasses: ["section"],
    subclasses: ["alertdialog"],
    properties: {
      atomic: "I--:true",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--:assertive",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  alertdialog: defineRole({
    role: "alertdialog",
    category: "window",
    superclasses: ["alert", "dialog"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      modal: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  application: defineRole({
    role: "application",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      activedescendant: "---",
      errormessage: "---",
      haspopup: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      invalid: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  article: defineRole({
    role: "article",
    category: "structure",
    superclasses: ["document"],
    subclasses: ["comment"],
    properties: {
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  banner: defineRole({
    role: "banner",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  blockquote: defineRole({
    role: "blockquote",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  button: defineRole({
    role: "button",
    category: "widget",
    superclasses: ["command"],
    properties: {
      haspopup: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      pressed: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  caption: defineRole({
    role: "caption",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-",
    requiredParent: ["figure", "grid", "group", "radiogroup", "table", "treegrid"]
  }),
  cell: defineRole({
    role: "cell",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["columnheader", "gridcell", "rowheader"],
    properties: {
      colindex: "---",
      colindextext: "---",
      colspan: "---",
      rowindex: "---",
      rowindextext: "---",
      rowspan: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC--",
    requiredParent: ["row"]
  }),
  checkbox: defineRole({
    role: "checkbox",
    category: "widget",
    superclasses: ["input"],
    subclasses: ["switch"],
    properties: {
      errormessage: "---",
      readonly: "---",
      required: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      checked: "-R-",
      expanded: "---",
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  code: defineRole({
    role: "code",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  columnheader: defineRole({
    role: "columnheader",
    category: "structure",
    superclasses: ["cell", "gridcell", "sectionhead"],
    properties: {
      sort: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      colindex: "I--",
      colindextext: "I--",
      colspan: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--",
      rowindex: "I--",
      rowindextext: "I--",
      rowspan: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--",
      selected: "I--"
    },
    name: "AC-R",
    requiredParent: ["row"]
  }),
  combobox: defineRole({
    role: "combobox",
    category: "widget",
    superclasses: ["input"],
    properties: {
      activedescendant: "---",
      autocomplete: "---",
      controls: "---",
      errormessage: "---",
      haspopup: "---:listbox",
      readonly: "---",
      required: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      expanded: "-R-",
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  command: defineRole({
    role: "command",
    category: "abstract",
    superclasses: ["widget"],
    subclasses: ["button", "link", "menuitem"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  comment: defineRole({
    role: "comment",
    category: "structure",
    superclasses: ["article"],
    properties: {
      level: "---",
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC--"
  }),
  complementary: defineRole({
    role: "complementary",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  composite: defineRole({
    role: "composite",
    category: "abstract",
    superclasses: ["widget"],
    subclasses: ["grid", "select", "spinbutton", "tablist"],
    properties: {
      activedescendant: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  contentinfo: defineRole({
    role: "contentinfo",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  definition: defineRole({
    role: "definition",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  deletion: defineRole({
    role: "deletion",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  dialog: defineRole({
    role: "dialog",
    category: "window",
    superclasses: ["window"],
    subclasses: ["alertdialog"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      modal: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  directory: defineRole({
    role: "directory",
    category: "structure",
    superclasses: ["list"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  document: defineRole({
    role: "document",
    category: "structure",
    superclasses: ["structure"],
    subclasses: ["article"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  emphasis: defineRole({
    role: "emphasis",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  feed: defineRole({
    role: "feed",
    category: "structure",
    superclasses: ["list"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  figure: defineRole({
    role: "figure",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  form: defineRole({
    role: "form",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  generic: defineRole({
    role: "generic",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  grid: defineRole({
    role: "grid",
    category: "widget",
    superclasses: ["composite", "table"],
    subclasses: ["treegrid"],
    properties: {
      multiselectable: "---",
      readonly: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      colcount: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      rowcount: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  gridcell: defineRole({
    role: "gridcell",
    category: "widget",
    superclasses: ["cell", "widget"],
    subclasses: ["columnheader", "rowheader"],
    properties: {
      errormessage: "---",
      haspopup: "---",
      readonly: "---",
      required: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      colindex: "I--",
      colindextext: "I--",
      colspan: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      rowindex: "I--",
      rowindextext: "I--",
      rowspan: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      invalid: "---",
      selected: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "AC--",
    requiredParent: ["row"]
  }),
  group: defineRole({
    role: "group",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["row", "select", "toolbar"],
    properties: {
      activedescendant: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  heading: defineRole({
    role: "heading",
    category: "structure",
    superclasses: ["sectionhead"],
    properties: {
      level: "-R-",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R"
  }),
  image: defineRole({
    role: "image",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  img: defineRole({ role: "img", category: "structure", properties: {}, states: {}, name: "----" }),
  input: defineRole({
    role: "input",
    category: "abstract",
    superclasses: ["widget"],
    subclasses: ["checkbox", "combobox", "option", "radio", "slider", "spinbutton", "textbox"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  insertion: defineRole({
    role: "insertion",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  landmark: defineRole({
    role: "landmark",
    category: "abstract",
    superclasses: ["section"],
    subclasses: [
      "banner",
      "complementary",
      "contentinfo",
      "form",
      "main",
      "navigation",
      "region",
      "search"
    ],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  link: defineRole({
    role: "link",
    category: "widget",
    superclasses: ["command"],
    properties: {
      haspopup: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R"
  }),
  list: defineRole({
    role: "list",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["directory", "feed"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  listbox: defineRole({
    role: "listbox",
    category: "widget",
    superclasses: ["select"],
    properties: {
      errormessage: "---",
      multiselectable: "---",
      readonly: "---",
      required: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:vertical",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  listitem: defineRole({
    role: "listitem",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["treeitem"],
    properties: {
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    requiredParent: ["directory", "list"]
  }),
  log: defineRole({
    role: "log",
    category: "live",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--:polite",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  main: defineRole({
    role: "main",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  mark: defineRole({
    role: "mark",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  marquee: defineRole({
    role: "marquee",
    category: "live",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  math: defineRole({
    role: "math",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  menu: defineRole({
    role: "menu",
    category: "widget",
    superclasses: ["select"],
    subclasses: ["menubar"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:vertical",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  menubar: defineRole({
    role: "menubar",
    category: "widget",
    superclasses: ["menu"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:horizontal",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  menuitem: defineRole({
    role: "menuitem",
    category: "widget",
    superclasses: ["command"],
    subclasses: ["menuitemcheckbox", "menuitemradio"],
    properties: {
      haspopup: "---",
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["menu", "menubar", "group", "menu", "group", "menubar"]
  }),
  menuitemcheckbox: defineRole({
    role: "menuitemcheckbox",
    category: "widget",
    superclasses: ["menuitem"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      posinset: "I--",
      relevant: "I--",
      roledescription: "I--",
      setsize: "I--"
    },
    states: {
      checked: "-R-",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["menu", "menubar", "group", "menu", "group", "menubar"],
    childrenPresentational: true
  }),
  menuitemradio: defineRole({
    role: "menuitemradio",
    category: "widget",
    superclasses: ["menuitem"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      posinset: "I--",
      relevant: "I--",
      roledescription: "I--",
      setsize: "I--"
    },
    states: {
      checked: "-R-",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["menu", "menubar", "group", "menu", "group", "menubar"],
    childrenPresentational: true
  }),
  meter: defineRole({
    role: "meter",
    category: "structure",
    superclasses: ["range"],
    properties: {
      valuenow: "-R-",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuemax: "I--:100",
      valuemin: "I--:0",
      valuetext: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  navigation: defineRole({
    role: "navigation",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  none: defineRole({
    role: "none",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  note: defineRole({
    role: "note",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  option: defineRole({
    role: "option",
    category: "widget",
    superclasses: ["input"],
    subclasses: ["treeitem"],
    properties: {
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      checked: "---",
      selected: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["listbox", "group", "listbox"],
    childrenPresentational: true
  }),
  paragraph: defineRole({
    role: "paragraph",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  presentation: defineRole({
    role: "presentation",
    category: "structure",
    properties: {},
    states: {},
    name: "----"
  }),
  progressbar: defineRole({
    role: "progressbar",
    category: "widget",
    superclasses: ["range", "widget"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuemax: "I--:100",
      valuemin: "I--:0",
      valuenow: "I--",
      valuetext: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  radio: defineRole({
    role: "radio",
    category: "widget",
    superclasses: ["input"],
    properties: {
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      checked: "-R-",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  radiogroup: defineRole({
    role: "radiogroup",
    category: "widget",
    superclasses: ["select"],
    properties: {
      errormessage: "---",
      readonly: "---",
      required: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A---"
  }),
  range: defineRole({
    role: "range",
    category: "abstract",
    superclasses: ["structure"],
    subclasses: ["meter", "progressbar", "scrollbar", "slider", "spinbutton"],
    properties: {
      valuemax: "---",
      valuemin: "---",
      valuenow: "---",
      valuetext: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  region: defineRole({
    role: "region",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  roletype: defineRole({
    role: "roletype",
    category: "abstract",
    subclasses: ["structure", "widget", "window"],
    properties: {
      atomic: "---",
      braillelabel: "---",
      brailleroledescription: "---",
      controls: "---",
      describedby: "---",
      description: "---",
      details: "---",
      dropeffect: "---",
      errormessage: "--D",
      flowto: "---",
      haspopup: "--D",
      keyshortcuts: "---",
      label: "---",
      labelledby: "---",
      live: "---",
      owns: "---",
      relevant: "---",
      roledescription: "---"
    },
    states: {
      "busy (state)": "---",
      "current (state)": "---",
      "disabled (state)": "--D",
      "grabbed (state)": "---",
      "hidden (state)": "---",
      "invalid (state)": "--D"
    },
    name: "----"
  }),
  row: defineRole({
    role: "row",
    category: "structure",
    superclasses: ["group", "widget"],
    properties: {
      colindex: "---",
      level: "---",
      posinset: "---",
      rowindex: "---",
      rowindextext: "---",
      setsize: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      expanded: "---",
      selected: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC--",
    requiredParent: ["grid", "table", "treegrid", "rowgroup"]
  }),
  rowgroup: defineRole({
    role: "rowgroup",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    requiredParent: ["grid", "table", "treegrid"]
  }),
  rowheader: defineRole({
    role: "rowheader",
    category: "structure",
    superclasses: ["cell", "gridcell", "sectionhead"],
    properties: {
      sort: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      colindex: "I--",
      colindextext: "I--",
      colspan: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--",
      rowindex: "I--",
      rowindextext: "I--",
      rowspan: "I--"
    },
    states: {
      expanded: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--",
      selected: "I--"
    },
    name: "AC-R",
    requiredParent: ["row"]
  }),
  scrollbar: defineRole({
    role: "scrollbar",
    category: "widget",
    superclasses: ["range", "widget"],
    properties: {
      valuenow: "-R-",
      orientation: "---:vertical",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuemax: "I--:100",
      valuemin: "I--:0",
      valuetext: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    childrenPresentational: true
  }),
  search: defineRole({
    role: "search",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  searchbox: defineRole({
    role: "searchbox",
    category: "widget",
    superclasses: ["textbox"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      autocomplete: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      multiline: "I--",
      owns: "I--",
      placeholder: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--"
    },
    name: "A--R"
  }),
  section: defineRole({
    role: "section",
    category: "abstract",
    superclasses: ["structure"],
    subclasses: [
      "alert",
      "blockquote",
      "caption",
      "cell",
      "code",
      "definition",
      "deletion",
      "emphasis",
      "figure",
      "group",
      "image",
      "insertion",
      "landmark",
      "list",
      "listitem",
      "log",
      "mark",
      "marquee",
      "math",
      "note",
      "paragraph",
      "sectionfooter",
      "sectionheader",
      "status",
      "strong",
      "subscript",
      "suggestion",
      "superscript",
      "table",
      "tabpanel",
      "term",
      "time",
      "tooltip"
    ],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  sectionfooter: defineRole({
    role: "sectionfooter",
    category: "landmark",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  sectionhead: defineRole({
    role: "sectionhead",
    category: "abstract",
    superclasses: ["structure"],
    subclasses: ["columnheader", "heading", "rowheader", "tab"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  sectionheader: defineRole({
    role: "sectionheader",
    category: "landmark",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  select: defineRole({
    role: "select",
    category: "abstract",
    superclasses: ["composite", "group"],
    subclasses: ["listbox", "menu", "radiogroup", "tree"],
    properties: {
      orientation: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  separator: defineRole({
    role: "separator",
    category: "widget",
    superclasses: ["structure", "widget"],
    properties: {
      valuenow: "-R-",
      orientation: "---:horizontal",
      valuemax: "---:100",
      valuemin: "---:0",
      valuetext: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    childrenPresentational: true
  }),
  slider: defineRole({
    role: "slider",
    category: "widget",
    superclasses: ["input", "range"],
    properties: {
      valuenow: "-R-",
      errormessage: "---",
      haspopup: "---",
      orientation: "---:horizontal",
      readonly: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuemax: "I--:100",
      valuemin: "I--:0",
      valuetext: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  spinbutton: defineRole({
    role: "spinbutton",
    category: "widget",
    superclasses: ["composite", "input", "range"],
    properties: {
      errormessage: "---",
      readonly: "---",
      required: "---",
      valuemax: "---",
      valuemin: "---",
      valuenow: "---",
      valuetext: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  status: defineRole({
    role: "status",
    category: "live",
    superclasses: ["section"],
    subclasses: ["timer"],
    properties: {
      atomic: "I--:true",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--:polite",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  strong: defineRole({
    role: "strong",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  structure: defineRole({
    role: "structure",
    category: "abstract",
    superclasses: ["roletype"],
    subclasses: [
      "application",
      "document",
      "generic",
      "none",
      "range",
      "rowgroup",
      "section",
      "sectionhead",
      "separator"
    ],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  subscript: defineRole({
    role: "subscript",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  suggestion: defineRole({
    role: "suggestion",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  superscript: defineRole({
    role: "superscript",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  switch: defineRole({
    role: "switch",
    category: "widget",
    superclasses: ["checkbox"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--"
    },
    states: {
      checked: "-R-",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  tab: defineRole({
    role: "tab",
    category: "widget",
    superclasses: ["sectionhead", "widget"],
    properties: {
      haspopup: "---",
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      selected: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["tablist"],
    childrenPresentational: true
  }),
  table: defineRole({
    role: "table",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["grid"],
    properties: {
      colcount: "---",
      rowcount: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  tablist: defineRole({
    role: "tablist",
    category: "widget",
    superclasses: ["composite"],
    properties: {
      multiselectable: "---",
      orientation: "---:horizontal",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  tabpanel: defineRole({
    role: "tabpanel",
    category: "widget",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  term: defineRole({
    role: "term",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  textbox: defineRole({
    role: "textbox",
    category: "widget",
    superclasses: ["input"],
    subclasses: ["searchbox"],
    properties: {
      activedescendant: "---",
      autocomplete: "---",
      errormessage: "---",
      haspopup: "---",
      multiline: "---",
      placeholder: "---",
      readonly: "---",
      required: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  time: defineRole({
    role: "time",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  timer: defineRole({
    role: "timer",
    category: "live",
    superclasses: ["status"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  toolbar: defineRole({
    role: "toolbar",
    category: "structure",
    superclasses: ["group"],
    properties: {
      orientation: "---:horizontal",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  tooltip: defineRole({
    role: "tooltip",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  tree: defineRole({
    role: "tree",
    category: "widget",
    superclasses: ["select"],
    subclasses: ["treegrid"],
    properties: {
      errormessage: "---",
      multiselectable: "---",
      required: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:vertical",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  treegrid: defineRole({
    role: "treegrid",
    category: "widget",
    superclasses: ["grid", "tree"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      colcount: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      multiselectable: "I--",
      orientation: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--",
      rowcount: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--"
    },
    name: "A--R"
  }),
  treeitem: defineRole({
    role: "treeitem",
    category: "widget",
    superclasses: ["listitem", "option"],
    properties: {
      haspopup: "---",
      level: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      posinset: "I--",
      relevant: "I--",
      roledescription: "I--",
      setsize: "I--"
    },
    states: {
      expanded: "---",
      busy: "I--",
      checked: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D",
      selected: "I--"
    },
    name: "AC-R",
    requiredParent: ["tree", "group", "treeitem"]
  }),
  widget: defineRole({
    role: "widget",
    category: "abstract",
    superclasses: ["roletype"],
    subclasses: [
      "command",
      "composite",
      "gridcell",
      "input",
      "progressbar",
      "row",
      "scrollbar",
      "separator",
      "tab"
    ],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  window: defineRole({
    role: "window",
    category: "abstract",
    superclasses: ["roletype"],
    subclasses: ["dialog"],
    properties: {
      modal: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  })
};
function isValidRole$2(role) {
  return Object.hasOwn(value$2, role);
}
function getRoleData$2(role) {
  return isValidRole$2(role) ? value$2[role] : null;
}
var aria_latest_default = value$2;

// src/generated/aria-1.3.ts
var aria_1_3_exports = {};
__export(aria_1_3_exports, {
  default: () => aria_1_3_default,
  getRoleData: () => getRoleData$1,
  isValidRole: () => isValidRole$1
});
var value$1 = {
  alert: defineRole({
    role: "alert",
    category: "live",
    superclasses: ["section"],
    subclasses: ["alertdialog"],
    properties: {
      atomic: "I--:true",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--:assertive",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  alertdialog: defineRole({
    role: "alertdialog",
    category: "window",
    superclasses: ["alert", "dialog"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      modal: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  application: defineRole({
    role: "application",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      activedescendant: "---",
      errormessage: "---",
      haspopup: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      invalid: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  article: defineRole({
    role: "article",
    category: "structure",
    superclasses: ["document"],
    subclasses: ["comment"],
    properties: {
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  banner: defineRole({
    role: "banner",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  blockquote: defineRole({
    role: "blockquote",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  button: defineRole({
    role: "button",
    category: "widget",
    superclasses: ["command"],
    properties: {
      haspopup: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      pressed: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  caption: defineRole({
    role: "caption",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-",
    requiredParent: ["figure", "grid", "group", "radiogroup", "table", "treegrid"]
  }),
  cell: defineRole({
    role: "cell",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["columnheader", "gridcell", "rowheader"],
    properties: {
      colindex: "---",
      colindextext: "---",
      colspan: "---",
      rowindex: "---",
      rowindextext: "---",
      rowspan: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC--",
    requiredParent: ["row"]
  }),
  checkbox: defineRole({
    role: "checkbox",
    category: "widget",
    superclasses: ["input"],
    subclasses: ["switch"],
    properties: {
      errormessage: "---",
      readonly: "---",
      required: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      checked: "-R-",
      expanded: "---",
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  code: defineRole({
    role: "code",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  columnheader: defineRole({
    role: "columnheader",
    category: "structure",
    superclasses: ["cell", "gridcell", "sectionhead"],
    properties: {
      sort: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      colindex: "I--",
      colindextext: "I--",
      colspan: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--",
      rowindex: "I--",
      rowindextext: "I--",
      rowspan: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--",
      selected: "I--"
    },
    name: "AC-R",
    requiredParent: ["row"]
  }),
  combobox: defineRole({
    role: "combobox",
    category: "widget",
    superclasses: ["input"],
    properties: {
      activedescendant: "---",
      autocomplete: "---",
      controls: "---",
      errormessage: "---",
      haspopup: "---:listbox",
      readonly: "---",
      required: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      expanded: "-R-",
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  command: defineRole({
    role: "command",
    category: "abstract",
    superclasses: ["widget"],
    subclasses: ["button", "link", "menuitem"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  comment: defineRole({
    role: "comment",
    category: "structure",
    superclasses: ["article"],
    properties: {
      level: "---",
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC--"
  }),
  complementary: defineRole({
    role: "complementary",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  composite: defineRole({
    role: "composite",
    category: "abstract",
    superclasses: ["widget"],
    subclasses: ["grid", "select", "spinbutton", "tablist"],
    properties: {
      activedescendant: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  contentinfo: defineRole({
    role: "contentinfo",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  definition: defineRole({
    role: "definition",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  deletion: defineRole({
    role: "deletion",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  dialog: defineRole({
    role: "dialog",
    category: "window",
    superclasses: ["window"],
    subclasses: ["alertdialog"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      modal: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  directory: defineRole({
    role: "directory",
    category: "structure",
    superclasses: ["list"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  document: defineRole({
    role: "document",
    category: "structure",
    superclasses: ["structure"],
    subclasses: ["article"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  emphasis: defineRole({
    role: "emphasis",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  feed: defineRole({
    role: "feed",
    category: "structure",
    superclasses: ["list"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  figure: defineRole({
    role: "figure",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  form: defineRole({
    role: "form",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  generic: defineRole({
    role: "generic",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  grid: defineRole({
    role: "grid",
    category: "widget",
    superclasses: ["composite", "table"],
    subclasses: ["treegrid"],
    properties: {
      multiselectable: "---",
      readonly: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      colcount: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      rowcount: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  gridcell: defineRole({
    role: "gridcell",
    category: "widget",
    superclasses: ["cell", "widget"],
    subclasses: ["columnheader", "rowheader"],
    properties: {
      errormessage: "---",
      haspopup: "---",
      readonly: "---",
      required: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      colindex: "I--",
      colindextext: "I--",
      colspan: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      rowindex: "I--",
      rowindextext: "I--",
      rowspan: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      invalid: "---",
      selected: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "AC--",
    requiredParent: ["row"]
  }),
  group: defineRole({
    role: "group",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["row", "select", "toolbar"],
    properties: {
      activedescendant: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  heading: defineRole({
    role: "heading",
    category: "structure",
    superclasses: ["sectionhead"],
    properties: {
      level: "-R-",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R"
  }),
  image: defineRole({
    role: "image",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  img: defineRole({ role: "img", category: "structure", properties: {}, states: {}, name: "----" }),
  input: defineRole({
    role: "input",
    category: "abstract",
    superclasses: ["widget"],
    subclasses: ["checkbox", "combobox", "option", "radio", "slider", "spinbutton", "textbox"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  insertion: defineRole({
    role: "insertion",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  landmark: defineRole({
    role: "landmark",
    category: "abstract",
    superclasses: ["section"],
    subclasses: [
      "banner",
      "complementary",
      "contentinfo",
      "form",
      "main",
      "navigation",
      "region",
      "search"
    ],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  link: defineRole({
    role: "link",
    category: "widget",
    superclasses: ["command"],
    properties: {
      haspopup: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R"
  }),
  list: defineRole({
    role: "list",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["directory", "feed"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  listbox: defineRole({
    role: "listbox",
    category: "widget",
    superclasses: ["select"],
    properties: {
      errormessage: "---",
      multiselectable: "---",
      readonly: "---",
      required: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:vertical",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  listitem: defineRole({
    role: "listitem",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["treeitem"],
    properties: {
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    requiredParent: ["directory", "list"]
  }),
  log: defineRole({
    role: "log",
    category: "live",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--:polite",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  main: defineRole({
    role: "main",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  mark: defineRole({
    role: "mark",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  marquee: defineRole({
    role: "marquee",
    category: "live",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  math: defineRole({
    role: "math",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  menu: defineRole({
    role: "menu",
    category: "widget",
    superclasses: ["select"],
    subclasses: ["menubar"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:vertical",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  menubar: defineRole({
    role: "menubar",
    category: "widget",
    superclasses: ["menu"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:horizontal",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  menuitem: defineRole({
    role: "menuitem",
    category: "widget",
    superclasses: ["command"],
    subclasses: ["menuitemcheckbox", "menuitemradio"],
    properties: {
      haspopup: "---",
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["menu", "menubar", "group", "menu", "group", "menubar"]
  }),
  menuitemcheckbox: defineRole({
    role: "menuitemcheckbox",
    category: "widget",
    superclasses: ["menuitem"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      posinset: "I--",
      relevant: "I--",
      roledescription: "I--",
      setsize: "I--"
    },
    states: {
      checked: "-R-",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["menu", "menubar", "group", "menu", "group", "menubar"],
    childrenPresentational: true
  }),
  menuitemradio: defineRole({
    role: "menuitemradio",
    category: "widget",
    superclasses: ["menuitem"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      posinset: "I--",
      relevant: "I--",
      roledescription: "I--",
      setsize: "I--"
    },
    states: {
      checked: "-R-",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["menu", "menubar", "group", "menu", "group", "menubar"],
    childrenPresentational: true
  }),
  meter: defineRole({
    role: "meter",
    category: "structure",
    superclasses: ["range"],
    properties: {
      valuenow: "-R-",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuemax: "I--:100",
      valuemin: "I--:0",
      valuetext: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  navigation: defineRole({
    role: "navigation",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  none: defineRole({
    role: "none",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  note: defineRole({
    role: "note",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  option: defineRole({
    role: "option",
    category: "widget",
    superclasses: ["input"],
    subclasses: ["treeitem"],
    properties: {
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      checked: "---",
      selected: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["listbox", "group", "listbox"],
    childrenPresentational: true
  }),
  paragraph: defineRole({
    role: "paragraph",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  presentation: defineRole({
    role: "presentation",
    category: "structure",
    properties: {},
    states: {},
    name: "----"
  }),
  progressbar: defineRole({
    role: "progressbar",
    category: "widget",
    superclasses: ["range", "widget"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuemax: "I--:100",
      valuemin: "I--:0",
      valuenow: "I--",
      valuetext: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  radio: defineRole({
    role: "radio",
    category: "widget",
    superclasses: ["input"],
    properties: {
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      checked: "-R-",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  radiogroup: defineRole({
    role: "radiogroup",
    category: "widget",
    superclasses: ["select"],
    properties: {
      errormessage: "---",
      readonly: "---",
      required: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A---"
  }),
  range: defineRole({
    role: "range",
    category: "abstract",
    superclasses: ["structure"],
    subclasses: ["meter", "progressbar", "scrollbar", "slider", "spinbutton"],
    properties: {
      valuemax: "---",
      valuemin: "---",
      valuenow: "---",
      valuetext: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  region: defineRole({
    role: "region",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  roletype: defineRole({
    role: "roletype",
    category: "abstract",
    subclasses: ["structure", "widget", "window"],
    properties: {
      atomic: "---",
      braillelabel: "---",
      brailleroledescription: "---",
      controls: "---",
      describedby: "---",
      description: "---",
      details: "---",
      dropeffect: "---",
      errormessage: "--D",
      flowto: "---",
      haspopup: "--D",
      keyshortcuts: "---",
      label: "---",
      labelledby: "---",
      live: "---",
      owns: "---",
      relevant: "---",
      roledescription: "---"
    },
    states: {
      "busy (state)": "---",
      "current (state)": "---",
      "disabled (state)": "--D",
      "grabbed (state)": "---",
      "hidden (state)": "---",
      "invalid (state)": "--D"
    },
    name: "----"
  }),
  row: defineRole({
    role: "row",
    category: "structure",
    superclasses: ["group", "widget"],
    properties: {
      colindex: "---",
      level: "---",
      posinset: "---",
      rowindex: "---",
      rowindextext: "---",
      setsize: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      expanded: "---",
      selected: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC--",
    requiredParent: ["grid", "table", "treegrid", "rowgroup"]
  }),
  rowgroup: defineRole({
    role: "rowgroup",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    requiredParent: ["grid", "table", "treegrid"]
  }),
  rowheader: defineRole({
    role: "rowheader",
    category: "structure",
    superclasses: ["cell", "gridcell", "sectionhead"],
    properties: {
      sort: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      colindex: "I--",
      colindextext: "I--",
      colspan: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--",
      rowindex: "I--",
      rowindextext: "I--",
      rowspan: "I--"
    },
    states: {
      expanded: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--",
      selected: "I--"
    },
    name: "AC-R",
    requiredParent: ["row"]
  }),
  scrollbar: defineRole({
    role: "scrollbar",
    category: "widget",
    superclasses: ["range", "widget"],
    properties: {
      valuenow: "-R-",
      orientation: "---:vertical",
      valuemax: "---:100",
      valuemin: "---:0",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuetext: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    childrenPresentational: true
  }),
  search: defineRole({
    role: "search",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  searchbox: defineRole({
    role: "searchbox",
    category: "widget",
    superclasses: ["textbox"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      autocomplete: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      multiline: "I--",
      owns: "I--",
      placeholder: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--"
    },
    name: "A--R"
  }),
  section: defineRole({
    role: "section",
    category: "abstract",
    superclasses: ["structure"],
    subclasses: [
      "alert",
      "blockquote",
      "caption",
      "cell",
      "code",
      "definition",
      "deletion",
      "emphasis",
      "figure",
      "group",
      "image",
      "insertion",
      "landmark",
      "list",
      "listitem",
      "log",
      "mark",
      "marquee",
      "math",
      "note",
      "paragraph",
      "sectionfooter",
      "sectionheader",
      "status",
      "strong",
      "subscript",
      "suggestion",
      "superscript",
      "table",
      "tabpanel",
      "term",
      "time",
      "tooltip"
    ],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  sectionfooter: defineRole({
    role: "sectionfooter",
    category: "landmark",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  sectionhead: defineRole({
    role: "sectionhead",
    category: "abstract",
    superclasses: ["structure"],
    subclasses: ["columnheader", "heading", "rowheader", "tab"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  sectionheader: defineRole({
    role: "sectionheader",
    category: "landmark",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  select: defineRole({
    role: "select",
    category: "abstract",
    superclasses: ["composite", "group"],
    subclasses: ["listbox", "menu", "radiogroup", "tree"],
    properties: {
      orientation: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  separator: defineRole({
    role: "separator",
    category: "widget",
    superclasses: ["structure", "widget"],
    properties: {
      valuenow: "-R-",
      orientation: "---:horizontal",
      valuemax: "---:100",
      valuemin: "---:0",
      valuetext: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    childrenPresentational: true
  }),
  slider: defineRole({
    role: "slider",
    category: "widget",
    superclasses: ["input", "range"],
    properties: {
      valuenow: "-R-",
      errormessage: "---",
      haspopup: "---",
      orientation: "---:horizontal",
      readonly: "---",
      valuemax: "---:100",
      valuemin: "---:0",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuetext: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  spinbutton: defineRole({
    role: "spinbutton",
    category: "widget",
    superclasses: ["composite", "input", "range"],
    properties: {
      errormessage: "---",
      readonly: "---",
      required: "---",
      valuemax: "---",
      valuemin: "---",
      valuenow: "---",
      valuetext: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  status: defineRole({
    role: "status",
    category: "live",
    superclasses: ["section"],
    subclasses: ["timer"],
    properties: {
      atomic: "I--:true",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--:polite",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  strong: defineRole({
    role: "strong",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  structure: defineRole({
    role: "structure",
    category: "abstract",
    superclasses: ["roletype"],
    subclasses: [
      "application",
      "document",
      "generic",
      "none",
      "range",
      "rowgroup",
      "section",
      "sectionhead",
      "separator"
    ],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  subscript: defineRole({
    role: "subscript",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  suggestion: defineRole({
    role: "suggestion",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  superscript: defineRole({
    role: "superscript",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  switch: defineRole({
    role: "switch",
    category: "widget",
    superclasses: ["checkbox"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--"
    },
    states: {
      checked: "-R-",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  tab: defineRole({
    role: "tab",
    category: "widget",
    superclasses: ["sectionhead", "widget"],
    properties: {
      haspopup: "---",
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      selected: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["tablist"],
    childrenPresentational: true
  }),
  table: defineRole({
    role: "table",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["grid"],
    properties: {
      colcount: "---",
      rowcount: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  tablist: defineRole({
    role: "tablist",
    category: "widget",
    superclasses: ["composite"],
    properties: {
      multiselectable: "---",
      orientation: "---:horizontal",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  tabpanel: defineRole({
    role: "tabpanel",
    category: "widget",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  term: defineRole({
    role: "term",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  textbox: defineRole({
    role: "textbox",
    category: "widget",
    superclasses: ["input"],
    subclasses: ["searchbox"],
    properties: {
      activedescendant: "---",
      autocomplete: "---",
      errormessage: "---",
      haspopup: "---",
      multiline: "---",
      placeholder: "---",
      readonly: "---",
      required: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  time: defineRole({
    role: "time",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  timer: defineRole({
    role: "timer",
    category: "live",
    superclasses: ["status"],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  toolbar: defineRole({
    role: "toolbar",
    category: "structure",
    superclasses: ["group"],
    properties: {
      orientation: "---:horizontal",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  tooltip: defineRole({
    role: "tooltip",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  tree: defineRole({
    role: "tree",
    category: "widget",
    superclasses: ["select"],
    subclasses: ["treegrid"],
    properties: {
      errormessage: "---",
      multiselectable: "---",
      required: "---",
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:vertical",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  treegrid: defineRole({
    role: "treegrid",
    category: "widget",
    superclasses: ["grid", "tree"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      colcount: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      multiselectable: "I--",
      orientation: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--",
      rowcount: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--"
    },
    name: "A--R"
  }),
  treeitem: defineRole({
    role: "treeitem",
    category: "widget",
    superclasses: ["listitem", "option"],
    properties: {
      haspopup: "---",
      level: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      posinset: "I--",
      relevant: "I--",
      roledescription: "I--",
      setsize: "I--"
    },
    states: {
      expanded: "---",
      busy: "I--",
      checked: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D",
      selected: "I--"
    },
    name: "AC-R",
    requiredParent: ["tree", "group", "treeitem"]
  }),
  widget: defineRole({
    role: "widget",
    category: "abstract",
    superclasses: ["roletype"],
    subclasses: [
      "command",
      "composite",
      "gridcell",
      "input",
      "progressbar",
      "row",
      "scrollbar",
      "separator",
      "tab"
    ],
    properties: {
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  window: defineRole({
    role: "window",
    category: "abstract",
    superclasses: ["roletype"],
    subclasses: ["dialog"],
    properties: {
      modal: "---",
      atomic: "I--",
      braillelabel: "I--",
      brailleroledescription: "I--",
      controls: "I--",
      describedby: "I--",
      description: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  })
};
function isValidRole$1(role) {
  return Object.hasOwn(value$1, role);
}
function getRoleData$1(role) {
  return isValidRole$1(role) ? value$1[role] : null;
}
var aria_1_3_default = value$1;

// src/generated/aria-1.2.ts
var aria_1_2_exports = {};
__export(aria_1_2_exports, {
  default: () => aria_1_2_default,
  getRoleData: () => getRoleData,
  isValidRole: () => isValidRole
});
var value = {
  alert: defineRole({
    role: "alert",
    category: "live",
    superclasses: ["section"],
    subclasses: ["alertdialog"],
    properties: {
      atomic: "I--:true",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--:assertive",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  alertdialog: defineRole({
    role: "alertdialog",
    category: "window",
    superclasses: ["alert", "dialog"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      modal: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  application: defineRole({
    role: "application",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      activedescendant: "---",
      errormessage: "---",
      haspopup: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      invalid: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  article: defineRole({
    role: "article",
    category: "structure",
    superclasses: ["document"],
    properties: {
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  banner: defineRole({
    role: "banner",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  blockquote: defineRole({
    role: "blockquote",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  button: defineRole({
    role: "button",
    category: "widget",
    superclasses: ["command"],
    properties: {
      haspopup: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      pressed: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  caption: defineRole({
    role: "caption",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-",
    requiredParent: ["figure", "grid", "table", "treegrid"]
  }),
  cell: defineRole({
    role: "cell",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["columnheader", "gridcell", "rowheader"],
    properties: {
      colindex: "---",
      colspan: "---",
      rowindex: "---",
      rowspan: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC--",
    requiredParent: ["row"]
  }),
  checkbox: defineRole({
    role: "checkbox",
    category: "widget",
    superclasses: ["input"],
    subclasses: ["switch"],
    properties: {
      errormessage: "---",
      readonly: "---",
      required: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      checked: "-R-",
      expanded: "---",
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  code: defineRole({
    role: "code",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  columnheader: defineRole({
    role: "columnheader",
    category: "structure",
    superclasses: ["cell", "gridcell", "sectionhead"],
    properties: {
      sort: "---",
      atomic: "I--",
      colindex: "I--",
      colspan: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--",
      rowindex: "I--",
      rowspan: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--",
      selected: "I--"
    },
    name: "AC-R",
    requiredParent: ["row"]
  }),
  combobox: defineRole({
    role: "combobox",
    category: "widget",
    superclasses: ["input"],
    properties: {
      controls: "-R-",
      activedescendant: "---",
      autocomplete: "---",
      errormessage: "---",
      haspopup: "---:listbox",
      readonly: "---",
      required: "---",
      atomic: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      expanded: "-R-",
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  command: defineRole({
    role: "command",
    category: "abstract",
    superclasses: ["widget"],
    subclasses: ["button", "link", "menuitem"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  complementary: defineRole({
    role: "complementary",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  composite: defineRole({
    role: "composite",
    category: "abstract",
    superclasses: ["widget"],
    subclasses: ["grid", "select", "spinbutton", "tablist"],
    properties: {
      activedescendant: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  contentinfo: defineRole({
    role: "contentinfo",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  definition: defineRole({
    role: "definition",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  deletion: defineRole({
    role: "deletion",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  dialog: defineRole({
    role: "dialog",
    category: "window",
    superclasses: ["window"],
    subclasses: ["alertdialog"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      modal: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  directory: defineRole({
    role: "directory",
    category: "structure",
    superclasses: ["list"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  document: defineRole({
    role: "document",
    category: "structure",
    superclasses: ["structure"],
    subclasses: ["article"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  emphasis: defineRole({
    role: "emphasis",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  feed: defineRole({
    role: "feed",
    category: "structure",
    superclasses: ["list"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  figure: defineRole({
    role: "figure",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  form: defineRole({
    role: "form",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  generic: defineRole({
    role: "generic",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  grid: defineRole({
    role: "grid",
    category: "widget",
    superclasses: ["composite", "table"],
    subclasses: ["treegrid"],
    properties: {
      multiselectable: "---",
      readonly: "---",
      activedescendant: "I--",
      atomic: "I--",
      colcount: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      rowcount: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  gridcell: defineRole({
    role: "gridcell",
    category: "widget",
    superclasses: ["cell", "widget"],
    subclasses: ["columnheader", "rowheader"],
    properties: {
      errormessage: "---",
      haspopup: "---",
      readonly: "---",
      required: "---",
      atomic: "I--",
      colindex: "I--",
      colspan: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      rowindex: "I--",
      rowspan: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      invalid: "---",
      selected: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "AC--",
    requiredParent: ["row"]
  }),
  group: defineRole({
    role: "group",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["row", "select", "toolbar"],
    properties: {
      activedescendant: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  heading: defineRole({
    role: "heading",
    category: "structure",
    superclasses: ["sectionhead"],
    properties: {
      level: "-R-",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R"
  }),
  img: defineRole({
    role: "img",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  input: defineRole({
    role: "input",
    category: "abstract",
    superclasses: ["widget"],
    subclasses: ["checkbox", "combobox", "option", "radio", "slider", "spinbutton", "textbox"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  insertion: defineRole({
    role: "insertion",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  landmark: defineRole({
    role: "landmark",
    category: "abstract",
    superclasses: ["section"],
    subclasses: [
      "banner",
      "complementary",
      "contentinfo",
      "form",
      "main",
      "navigation",
      "region",
      "search"
    ],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  link: defineRole({
    role: "link",
    category: "widget",
    superclasses: ["command"],
    properties: {
      haspopup: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R"
  }),
  list: defineRole({
    role: "list",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["directory", "feed"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  listbox: defineRole({
    role: "listbox",
    category: "widget",
    superclasses: ["select"],
    properties: {
      errormessage: "---",
      multiselectable: "---",
      readonly: "---",
      required: "---",
      activedescendant: "I--",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:vertical",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      expanded: "---",
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  listitem: defineRole({
    role: "listitem",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["treeitem"],
    properties: {
      level: "---",
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    requiredParent: ["directory", "list"]
  }),
  log: defineRole({
    role: "log",
    category: "live",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--:polite",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  main: defineRole({
    role: "main",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  marquee: defineRole({
    role: "marquee",
    category: "live",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  math: defineRole({
    role: "math",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  meter: defineRole({
    role: "meter",
    category: "structure",
    superclasses: ["range"],
    properties: {
      valuenow: "-R-",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuemax: "I--:100",
      valuemin: "I--:0",
      valuetext: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  menu: defineRole({
    role: "menu",
    category: "widget",
    superclasses: ["select"],
    subclasses: ["menubar"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:vertical",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  menubar: defineRole({
    role: "menubar",
    category: "widget",
    superclasses: ["menu"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:horizontal",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  menuitem: defineRole({
    role: "menuitem",
    category: "widget",
    superclasses: ["command"],
    subclasses: ["menuitemcheckbox"],
    properties: {
      haspopup: "---",
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["group", "menu", "menubar"]
  }),
  menuitemcheckbox: defineRole({
    role: "menuitemcheckbox",
    category: "widget",
    superclasses: ["menuitem"],
    subclasses: ["menuitemradio"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      posinset: "I--",
      relevant: "I--",
      roledescription: "I--",
      setsize: "I--"
    },
    states: {
      checked: "-R-",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["group", "menu", "menubar"],
    childrenPresentational: true
  }),
  menuitemradio: defineRole({
    role: "menuitemradio",
    category: "widget",
    superclasses: ["menuitemcheckbox"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      posinset: "I--",
      relevant: "I--",
      roledescription: "I--",
      setsize: "I--"
    },
    states: {
      busy: "I--",
      checked: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["group", "menu", "menubar"],
    childrenPresentational: true
  }),
  navigation: defineRole({
    role: "navigation",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  none: defineRole({
    role: "none",
    category: "structure",
    properties: {},
    states: {},
    name: "----"
  }),
  note: defineRole({
    role: "note",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  option: defineRole({
    role: "option",
    category: "widget",
    superclasses: ["input"],
    subclasses: ["treeitem"],
    properties: {
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      selected: "-R-",
      checked: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    requiredParent: ["group", "listbox"],
    childrenPresentational: true
  }),
  paragraph: defineRole({
    role: "paragraph",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  presentation: defineRole({
    role: "presentation",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  progressbar: defineRole({
    role: "progressbar",
    category: "widget",
    superclasses: ["range", "widget"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuemax: "I--:100",
      valuemin: "I--:0",
      valuenow: "I--",
      valuetext: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  radio: defineRole({
    role: "radio",
    category: "widget",
    superclasses: ["input"],
    properties: {
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      checked: "-R-",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  radiogroup: defineRole({
    role: "radiogroup",
    category: "widget",
    superclasses: ["select"],
    properties: {
      errormessage: "---",
      readonly: "---",
      required: "---",
      activedescendant: "I--",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  range: defineRole({
    role: "range",
    category: "abstract",
    superclasses: ["structure"],
    subclasses: ["meter", "progressbar", "scrollbar", "slider", "spinbutton"],
    properties: {
      valuemax: "---",
      valuemin: "---",
      valuenow: "---",
      valuetext: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  region: defineRole({
    role: "region",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  roletype: defineRole({
    role: "roletype",
    category: "abstract",
    subclasses: ["structure", "widget", "window"],
    properties: {
      atomic: "---",
      controls: "---",
      describedby: "---",
      details: "---",
      dropeffect: "---",
      errormessage: "--D",
      flowto: "---",
      haspopup: "--D",
      keyshortcuts: "---",
      label: "---",
      labelledby: "---",
      live: "---",
      owns: "---",
      relevant: "---",
      roledescription: "---"
    },
    states: {
      "busy (state)": "---",
      "current (state)": "---",
      "disabled (state)": "--D",
      "grabbed (state)": "---",
      "hidden (state)": "---",
      "invalid (state)": "--D"
    },
    name: "----"
  }),
  row: defineRole({
    role: "row",
    category: "structure",
    superclasses: ["group", "widget"],
    properties: {
      colindex: "---",
      level: "---",
      posinset: "---",
      rowindex: "---",
      setsize: "---",
      activedescendant: "I--",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      expanded: "---",
      selected: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC--",
    requiredParent: ["grid", "rowgroup", "table", "treegrid"]
  }),
  rowgroup: defineRole({
    role: "rowgroup",
    category: "structure",
    superclasses: ["structure"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    requiredParent: ["grid", "table", "treegrid"]
  }),
  rowheader: defineRole({
    role: "rowheader",
    category: "structure",
    superclasses: ["cell", "gridcell", "sectionhead"],
    properties: {
      sort: "---",
      atomic: "I--",
      colindex: "I--",
      colspan: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--",
      rowindex: "I--",
      rowspan: "I--"
    },
    states: {
      expanded: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--",
      selected: "I--"
    },
    name: "AC-R",
    requiredParent: ["row"]
  }),
  scrollbar: defineRole({
    role: "scrollbar",
    category: "widget",
    superclasses: ["range", "widget"],
    properties: {
      controls: "-R-",
      valuenow: "-R-",
      orientation: "---:vertical",
      valuemax: "---:100",
      valuemin: "---:0",
      atomic: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuetext: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    childrenPresentational: true
  }),
  search: defineRole({
    role: "search",
    category: "landmark",
    superclasses: ["landmark"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  searchbox: defineRole({
    role: "searchbox",
    category: "widget",
    superclasses: ["textbox"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      autocomplete: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      multiline: "I--",
      owns: "I--",
      placeholder: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--"
    },
    name: "A--R"
  }),
  section: defineRole({
    role: "section",
    category: "abstract",
    superclasses: ["structure"],
    subclasses: [
      "alert",
      "blockquote",
      "caption",
      "cell",
      "code",
      "definition",
      "deletion",
      "emphasis",
      "figure",
      "group",
      "img",
      "insertion",
      "landmark",
      "list",
      "listitem",
      "log",
      "marquee",
      "math",
      "note",
      "paragraph",
      "status",
      "strong",
      "subscript",
      "superscript",
      "table",
      "tabpanel",
      "term",
      "time",
      "tooltip"
    ],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  sectionhead: defineRole({
    role: "sectionhead",
    category: "abstract",
    superclasses: ["structure"],
    subclasses: ["columnheader", "heading", "rowheader", "tab"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC--"
  }),
  select: defineRole({
    role: "select",
    category: "abstract",
    superclasses: ["composite", "group"],
    subclasses: ["listbox", "menu", "radiogroup", "tree"],
    properties: {
      orientation: "---",
      activedescendant: "I--",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  separator: defineRole({
    role: "separator",
    category: "widget",
    superclasses: ["structure", "widget"],
    properties: {
      valuenow: "-R-",
      orientation: "---:horizontal",
      valuemax: "---:100",
      valuemin: "---:0",
      valuetext: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---",
    childrenPresentational: true
  }),
  slider: defineRole({
    role: "slider",
    category: "widget",
    superclasses: ["input", "range"],
    properties: {
      valuenow: "-R-",
      errormessage: "---",
      haspopup: "---",
      orientation: "---:horizontal",
      readonly: "---",
      valuemax: "---:100",
      valuemin: "---:0",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--",
      valuetext: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R",
    childrenPresentational: true
  }),
  spinbutton: defineRole({
    role: "spinbutton",
    category: "widget",
    superclasses: ["composite", "input", "range"],
    properties: {
      errormessage: "---",
      readonly: "---",
      required: "---",
      valuemax: "---",
      valuemin: "---",
      valuenow: "---:0",
      valuetext: "---",
      activedescendant: "I--",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  status: defineRole({
    role: "status",
    category: "live",
    superclasses: ["section"],
    subclasses: ["timer"],
    properties: {
      atomic: "I--:true",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--:polite",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  strong: defineRole({
    role: "strong",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  structure: defineRole({
    role: "structure",
    category: "abstract",
    superclasses: ["roletype"],
    subclasses: [
      "application",
      "document",
      "generic",
      "presentation",
      "range",
      "rowgroup",
      "section",
      "sectionhead",
      "separator"
    ],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  subscript: defineRole({
    role: "subscript",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  superscript: defineRole({
    role: "superscript",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "--P-"
  }),
  switch: defineRole({
    role: "switch",
    category: "widget",
    superclasses: ["checkbox"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--"
    },
    states: {
      checked: "-R-",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      expanded: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--"
    },
    name: "AC-R",
    childrenPresentational: true
  }),
  tab: defineRole({
    role: "tab",
    category: "widget",
    superclasses: ["sectionhead", "widget"],
    properties: {
      haspopup: "---",
      posinset: "---",
      setsize: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      disabled: "---",
      expanded: "---",
      selected: "---",
      busy: "I--",
      current: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC--",
    requiredParent: ["tablist"],
    childrenPresentational: true
  }),
  table: defineRole({
    role: "table",
    category: "structure",
    superclasses: ["section"],
    subclasses: ["grid"],
    properties: {
      colcount: "---",
      rowcount: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  tablist: defineRole({
    role: "tablist",
    category: "widget",
    superclasses: ["composite"],
    properties: {
      multiselectable: "---",
      orientation: "---:horizontal",
      activedescendant: "I--",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  tabpanel: defineRole({
    role: "tabpanel",
    category: "widget",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A--R"
  }),
  term: defineRole({
    role: "term",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  textbox: defineRole({
    role: "textbox",
    category: "widget",
    superclasses: ["input"],
    subclasses: ["searchbox"],
    properties: {
      activedescendant: "---",
      autocomplete: "---",
      errormessage: "---",
      haspopup: "---",
      multiline: "---",
      placeholder: "---",
      readonly: "---",
      required: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  time: defineRole({
    role: "time",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  timer: defineRole({
    role: "timer",
    category: "live",
    superclasses: ["status"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  toolbar: defineRole({
    role: "toolbar",
    category: "structure",
    superclasses: ["group"],
    properties: {
      orientation: "---:horizontal",
      activedescendant: "I--",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  }),
  tooltip: defineRole({
    role: "tooltip",
    category: "structure",
    superclasses: ["section"],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "AC-R"
  }),
  tree: defineRole({
    role: "tree",
    category: "widget",
    superclasses: ["select"],
    subclasses: ["treegrid"],
    properties: {
      errormessage: "---",
      multiselectable: "---",
      required: "---",
      activedescendant: "I--",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      orientation: "I--:vertical",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      invalid: "---",
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--"
    },
    name: "A--R"
  }),
  treegrid: defineRole({
    role: "treegrid",
    category: "widget",
    superclasses: ["grid", "tree"],
    properties: {
      activedescendant: "I--",
      atomic: "I--",
      colcount: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I--",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      multiselectable: "I--",
      orientation: "I--",
      owns: "I--",
      readonly: "I--",
      relevant: "I--",
      required: "I--",
      roledescription: "I--",
      rowcount: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I--"
    },
    name: "A--R"
  }),
  treeitem: defineRole({
    role: "treeitem",
    category: "widget",
    superclasses: ["listitem", "option"],
    properties: {
      haspopup: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      level: "I--",
      live: "I--",
      owns: "I--",
      posinset: "I--",
      relevant: "I--",
      roledescription: "I--",
      setsize: "I--"
    },
    states: {
      expanded: "---",
      busy: "I--",
      checked: "I--",
      current: "I--",
      disabled: "I--",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D",
      selected: "I--"
    },
    name: "AC-R",
    requiredParent: ["group", "tree"]
  }),
  widget: defineRole({
    role: "widget",
    category: "abstract",
    superclasses: ["roletype"],
    subclasses: [
      "command",
      "composite",
      "gridcell",
      "input",
      "progressbar",
      "row",
      "scrollbar",
      "separator",
      "tab"
    ],
    properties: {
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "----"
  }),
  window: defineRole({
    role: "window",
    category: "abstract",
    superclasses: ["roletype"],
    subclasses: ["dialog"],
    properties: {
      modal: "---",
      atomic: "I--",
      controls: "I--",
      describedby: "I--",
      details: "I--",
      dropeffect: "I--",
      errormessage: "I-D",
      flowto: "I--",
      haspopup: "I-D",
      keyshortcuts: "I--",
      label: "I--",
      labelledby: "I--",
      live: "I--",
      owns: "I--",
      relevant: "I--",
      roledescription: "I--"
    },
    states: {
      busy: "I--",
      current: "I--",
      disabled: "I-D",
      grabbed: "I--",
      hidden: "I--",
      invalid: "I-D"
    },
    name: "A---"
  })
};
function isValidRole(role) {
  return Object.hasOwn(value, role);
}
function getRoleData(role) {
  return isValidRole(role) ? value[role] : null;
}
var aria_1_2_default = value;

function getAriaData(version) {
  switch (version) {
    case "latest":
      return aria_latest_exports;
    case "1.3":
      return aria_1_3_exports;
    case "1.2":
      return aria_1_2_exports;
    /* v8 ignore next -- should not happen */
    default:
      throw new Error(`Unsupported ARIA version: "${version}"`);
  }
}

class ResolvedConfig {
  metaTable;
  plugins;
  rules;
  transformers;
  ariaVersion;
  ariaData;
  /** The original data this resolved configuration was created from */
  original;
  /**
   * @internal
   */
  cache;
  /**
   * @internal
   */
  constructor(options, original) {
    const { metaTable, plugins, rules, transformers, ariaVersion } = options;
    this.metaTable = metaTable;
    this.plugins = plugins;
    this.rules = rules;
    this.transformers = transformers;
    this.ariaVersion = ariaVersion;
    this.ariaData = getAriaData(ariaVersion);
    this.cache = /* @__PURE__ */ new Map();
    this.original = original;
  }
  /**
   * Returns the (merged) configuration data used to create this resolved
   * configuration.
   */
  getConfigData() {
    return this.original;
  }
  getMetaTable() {
    return this.metaTable;
  }
  getPlugins() {
    return this.plugins;
  }
  getRules() {
    return this.rules;
  }
  /**
   * Returns the configured ARIA specification version.
   *
   * @public
   * @since 11.10.0
   */
  getAriaVersion() {
    return this.ariaVersion;
  }
  /**
   * Returns ARIA data for the configured specification version.
   *
   * @public
   * @since 11.20.0
   */
  getAriaData() {
    return this.ariaData;
  }
  /**
   * Returns true if a transformer matches given filename.
   *
   * @public
   */
  canTransform(filename) {
    return Boolean(this.findTransformer(filename));
  }
  /**
   * @internal
   */
  findTransformer(filename) {
    const match = this.transformers.find((entry) => entry.pattern.test(filename));
    return match ?? null;
  }
}

function haveResolver(key, value) {
  return Object.hasOwn(value, key);
}
function haveConfigResolver(value) {
  return haveResolver("resolveConfig", value);
}
function haveElementsResolver(value) {
  return haveResolver("resolveElements", value);
}
function havePluginResolver(value) {
  return haveResolver("resolvePlugin", value);
}
function haveTransformerResolver(value) {
  return haveResolver("resolveTransformer", value);
}
function resolveConfig(resolvers, id, options) {
  for (const resolver of resolvers) {
    if (!haveConfigResolver(resolver)) {
      continue;
    }
    const config = resolver.resolveConfig(id, options);
    if (isThenable(config)) {
      return resolveConfigAsync(resolvers, id, options);
    }
    if (config) {
      return config;
    }
  }
  throw new UserError(`Failed to load configuration from "${id}"`);
}
async function resolveConfigAsync(resolvers, id, options) {
  for (const resolver of resolvers) {
    if (!haveConfigResolver(resolver)) {
      continue;
    }
    const config = await resolver.resolveConfig(id, options);
    if (config) {
      return config;
    }
  }
  throw new UserError(`Failed to load configuration from "${id}"`);
}
function resolveElements(resolvers, id, options) {
  for (const resolver of resolvers) {
    if (!haveElementsResolver(resolver)) {
      continue;
    }
    const elements = resolver.resolveElements(id, options);
    if (isThenable(elements)) {
      return resolveElementsAsync(resolvers, id, options);
    }
    if (elements) {
      return elements;
    }
  }
  throw new UserError(`Failed to load elements from "${id}"`);
}
async function resolveElementsAsync(resolvers, id, options) {
  for (const resolver of resolvers) {
    if (!haveElementsResolver(resolver)) {
      continue;
    }
    const elements = await resolver.resolveElements(id, options);
    if (elements) {
      return elements;
    }
  }
  throw new UserError(`Failed to load elements from "${id}"`);
}
function resolvePlugin(resolvers, id, options) {
  for (const resolver of resolvers) {
    if (!havePluginResolver(resolver)) {
      continue;
    }
    const plugin = resolver.resolvePlugin(id, options);
    if (isThenable(plugin)) {
      return resolvePluginAsync(resolvers, id, options);
    }
    if (plugin) {
      return plugin;
    }
  }
  throw new UserError(`Failed to load plugin from "${id}"`);
}
async function resolvePluginAsync(resolvers, id, options) {
  for (const resolver of resolvers) {
    if (!havePluginResolver(resolver)) {
      continue;
    }
    const plugin = await resolver.resolvePlugin(id, options);
    if (plugin) {
      return plugin;
    }
  }
  throw new UserError(`Failed to load plugin from "${id}"`);
}
function resolveTransformer(resolvers, id, options) {
  for (const resolver of resolvers) {
    if (!haveTransformerResolver(resolver)) {
      continue;
    }
    const transformer = resolver.resolveTransformer(id, options);
    if (isThenable(transformer)) {
      return resolveTransformerAsync(resolvers, id, options);
    }
    if (transformer) {
      return transformer;
    }
  }
  throw new UserError(`Failed to load transformer from "${id}"`);
}
async function resolveTransformerAsync(resolvers, id, options) {
  for (const resolver of resolvers) {
    if (!haveTransformerResolver(resolver)) {
      continue;
    }
    const transformer = await resolver.resolveTransformer(id, options);
    if (transformer) {
      return transformer;
    }
  }
  throw new UserError(`Failed to load transformer from "${id}"`);
}

function staticResolver(map = {}) {
  const { elements = {}, configs = {}, plugins = {}, transformers = {} } = map;
  return {
    name: "static-resolver",
    addElements(id, value) {
      elements[id] = value;
    },
    addConfig(id, value) {
      configs[id] = value;
    },
    addPlugin(id, value) {
      plugins[id] = value;
    },
    addTransformer(id, value) {
      transformers[id] = value;
    },
    resolveElements(id) {
      return elements[id] ?? null;
    },
    resolveConfig(id) {
      return configs[id] ?? null;
    },
    resolvePlugin(id) {
      return plugins[id] ?? null;
    },
    resolveTransformer(id) {
      return transformers[id] ?? null;
    }
  };
}

const ajv = (() => {
  const ajv2 = new Ajv__default.default({ strict: true, strictTuples: true, strictTypes: true });
  ajv2.addMetaSchema(ajvSchemaDraft);
  ajv2.addKeyword(ajvFunctionKeyword);
  return ajv2;
})();
const validator = ajv.compile(configurationSchema);
function overwriteMerge(_a, b) {
  return b;
}
function mergeInternal(base, rhs) {
  const dst = deepmerge(base, { ...rhs, rules: {} });
  if (rhs.rules) {
    dst.rules = deepmerge(dst.rules, rhs.rules, { arrayMerge: overwriteMerge });
  }
  const root = Boolean(base.root) || Boolean(rhs.root);
  if (root) {
    dst.root = root;
  }
  return dst;
}
function toArray$1(value) {
  if (Array.isArray(value)) {
    return value;
  }
  return [value];
}
function transformerEntries(transform) {
  return Object.entries(transform).map(([pattern, value]) => {
    const regex = new RegExp(pattern);
    if (typeof value === "string") {
      return { kind: "import", pattern: regex, name: value };
    }
    return { kind: "function", pattern: regex, function: value };
  });
}
class Config {
  config;
  configurations;
  resolvers;
  metaTable;
  plugins;
  transformers = [];
  /**
   * Create a new blank configuration. See also `Config.defaultConfig()`.
   */
  static empty() {
    return new Config([], {
      extends: [],
      rules: {},
      plugins: [],
      transform: {}
    });
  }
  /**
   * Create configuration from object.
   */
  static fromObject(resolvers, options, filename = null) {
    this.validate(options, filename);
    return this.create(resolvers, options);
  }
  /**
   * Read configuration from filename.
   *
   * Note: this reads configuration data from a file. If you intent to load
   * configuration for a file to validate use `ConfigLoader.fromTarget()`.
   *
   * @internal
   * @param filename - The file to read from
   */
  static fromFile(resolvers, filename) {
    const configData = resolveConfig(toArray$1(resolvers), filename, { cache: false });
    if (isThenable(configData)) {
      return configData.then((configData2) => this.fromObject(resolvers, configData2, filename));
    }
    return this.fromObject(resolvers, configData, filename);
  }
  /**
   * Validate configuration data.
   *
   * Throws SchemaValidationError if invalid.
   *
   * @internal
   */
  static validate(configData, filename = null) {
    const valid = validator(configData);
    if (!valid) {
      throw new SchemaValidationError(
        filename,
        `Invalid configuration`,
        configData,
        configurationSchema,
        /* istanbul ignore next: will be set when a validation error has occurred */
        validator.errors ?? []
      );
    }
    if (!configData.rules) {
      return;
    }
    const normalizedRules = this.getRulesObject(configData.rules);
    for (const [ruleId, [, ruleOptions]] of normalizedRules) {
      const cls = bundledRules[ruleId];
      const path = `/rules/${ruleId}/1`;
      Rule.validateOptions(cls, ruleId, path, ruleOptions, filename, configData);
    }
  }
  /**
   * Load a default configuration object.
   */
  static defaultConfig() {
    return new Config([], defaultConfig);
  }
  /**
   * @internal
   */
  static create(resolvers, options) {
    const instance = new Config(resolvers, options);
    const plugins = instance.loadPlugins(instance.config.plugins ?? []);
    if (isThenable(plugins)) {
      return plugins.then((plugins2) => {
        return instance.init(options, plugins2);
      });
    }
    return instance.init(options, plugins);
  }
  init(options, plugins) {
    this.plugins = plugins;
    this.configurations = this.loadConfigurations(this.plugins);
    this.extendMeta(this.plugins);
    const update = (extendedConfig2) => {
      this.config = extendedConfig2;
      this.config.extends = [];
      if (options.rules) {
        this.config = mergeInternal(this.config, { rules: options.rules });
      }
      return this;
    };
    const extendedConfig = this.extendConfig(this.config.extends ?? []);
    if (isThenable(extendedConfig)) {
      return extendedConfig.then((extended) => update(extended));
    }
    return update(extendedConfig);
  }
  /**
   * @internal
   */
  constructor(resolvers, options) {
    const initial = {
      extends: [],
      plugins: [],
      rules: {},
      transform: {}
    };
    this.config = mergeInternal(initial, options);
    this.configurations = /* @__PURE__ */ new Map();
    this.resolvers = toArray$1(resolvers);
    this.metaTable = null;
    this.plugins = [];
    this.transformers = transformerEntries(this.config.transform ?? {});
  }
  /**
   * Returns true if this configuration is marked as "root".
   */
  isRootFound() {
    return Boolean(this.config.root);
  }
  /**
   * Get the configured ARIA specification version.
   *
   * @internal
   */
  getAriaVersion() {
    return this.config.aria ?? DEFAULT_ARIA_VERSION;
  }
  /**
   * Returns a new configuration as a merge of the two. Entries from the passed
   * object takes priority over this object.
   *
   * @public
   * @param rhs - Configuration to merge with this one.
   */
  merge(resolvers, rhs) {
    const instance = new Config(resolvers, mergeInternal(this.config, rhs.config));
    const plugins = instance.loadPlugins(instance.config.plugins ?? []);
    if (isThenable(plugins)) {
      return plugins.then((plugins2) => {
        instance.plugins = plugins2;
        instance.configurations = instance.loadConfigurations(instance.plugins);
        instance.extendMeta(instance.plugins);
        return instance;
      });
    }
    instance.plugins = plugins;
    instance.configurations = instance.loadConfigurations(instance.plugins);
    instance.extendMeta(instance.plugins);
    return instance;
  }
  extendConfig(entries) {
    if (entries.length === 0) {
      return this.config;
    }
    let base = {};
    for (const entry of entries) {
      let extended;
      if (this.configurations.has(entry)) {
        extended = this.configurations.get(entry);
      } else {
        const loadedConfig = Config.fromFile(this.resolvers, entry);
        if (isThenable(loadedConfig)) {
          return this.extendConfigAsync(entries);
        }
        extended = loadedConfig.config;
      }
      base = mergeInternal(base, extended);
    }
    return mergeInternal(base, this.config);
  }
  async extendConfigAsync(entries) {
    let base = {};
    for (const entry of entries) {
      let extended;
      if (this.configurations.has(entry)) {
        extended = this.configurations.get(entry);
      } else {
        const loadedConfig = await Config.fromFile(this.resolvers, entry);
        extended = loadedConfig.config;
      }
      base = mergeInternal(base, extended);
    }
    return mergeInternal(base, this.config);
  }
  /**
   * Get element metadata.
   *
   * @internal
   */
  getMetaTable() {
    if (this.metaTable) {
      return this.metaTable;
    }
    const metaTable = new MetaTable();
    for (const plugin of this.getPlugins()) {
      if (plugin.elementSchema) {
        metaTable.extendValidationSchema(plugin.elementSchema);
      }
    }
    const source = Array.from(this.config.elements ?? ["html5"]);
    const loadEntry = (entry) => {
      const result = this.getElementsFromEntry(entry);
      if (isThenable(result)) {
        return result.then((result2) => {
          const [obj2, filename2] = result2;
          metaTable.loadFromObject(obj2, filename2);
          const next3 = source.shift();
          if (next3) {
            return loadEntry(next3);
          }
        });
      }
      const [obj, filename] = result;
      metaTable.loadFromObject(obj, filename);
      const next2 = source.shift();
      if (next2) {
        return loadEntry(next2);
      }
    };
    const next = source.shift();
    if (next) {
      const result = loadEntry(next);
      if (isThenable(result)) {
        return result.then(() => {
          metaTable.init();
          return this.metaTable = metaTable;
        });
      }
    }
    metaTable.init();
    return this.metaTable = metaTable;
  }
  getElementsFromEntry(entry) {
    if (typeof entry !== "string") {
      return [entry, null];
    }
    const bundled = elements.bundledElements[entry];
    if (bundled) {
      return [bundled, null];
    }
    try {
      const obj = resolveElements(this.resolvers, entry, { cache: false });
      if (isThenable(obj)) {
        return obj.then((obj2) => {
          return [obj2, entry];
        });
      }
      return [obj, entry];
    } catch (err) {
      const message = err instanceof Error ? err.message : String(err);
      throw new ConfigError(
        `Failed to load elements from "${entry}": ${message}`,
        ensureError(err)
      );
    }
  }
  /**
   * Get a copy of internal configuration data.
   *
   * @internal primary purpose is unittests
   */
  /* istanbul ignore next: used for testing only */
  get() {
    return { ...this.config };
  }
  /**
   * Get all configured rules, their severity and options.
   *
   * @internal
   */
  getRules() {
    return Config.getRulesObject(this.config.rules ?? {});
  }
  static getRulesObject(src) {
    const rules = /* @__PURE__ */ new Map();
    for (const [ruleId, data] of Object.entries(src)) {
      let options = data;
      if (!Array.isArray(options)) {
        options = [options, {}];
      } else if (options.length === 1) {
        options = [options[0], {}];
      }
      const severity = parseSeverity(options[0]);
      rules.set(ruleId, [severity, options[1]]);
    }
    return rules;
  }
  /**
   * Get all configured plugins.
   *
   * @internal
   */
  getPlugins() {
    return this.plugins;
  }
  /**
   * Get all configured transformers.
   *
   * @internal
   */
  getTransformers() {
    return this.transformers;
  }
  loadPlugins(plugins) {
    const loaded = [];
    const loading = Array.from(plugins);
    const loadPlugin = (entry, index) => {
      if (typeof entry !== "string") {
        const plugin = entry;
        plugin.name ||= `:unnamedPlugin@${String(index + 1)}`;
        plugin.originalName = `:unnamedPlugin@${String(index + 1)}`;
        loaded.push(plugin);
        const next2 = loading.shift();
        if (next2) {
          return loadPlugin(next2, index + 1);
        }
      } else {
        try {
          const plugin = resolvePlugin(this.resolvers, entry, { cache: true });
          if (isThenable(plugin)) {
            return plugin.then((plugin2) => {
              plugin2.name ||= entry;
              plugin2.originalName = entry;
              loaded.push(plugin2);
              const next3 = loading.shift();
              if (next3) {
                return loadPlugin(next3, index + 1);
              }
            });
          }
          plugin.name ||= entry;
          plugin.originalName = entry;
          loaded.push(plugin);
          const next2 = loading.shift();
          if (next2) {
            return loadPlugin(next2, index + 1);
          }
        } catch (err) {
          const message = err instanceof Error ? err.message : String(err);
          throw new ConfigError(`Failed to load plugin "${entry}": ${message}`, ensureError(err));
        }
      }
    };
    const next = loading.shift();
    if (next) {
      const result = loadPlugin(next, 0);
      if (isThenable(result)) {
        return result.then(() => {
          return loaded;
        });
      }
    }
    return loaded;
  }
  loadConfigurations(plugins) {
    const configs = /* @__PURE__ */ new Map();
    for (const [name, config] of Object.entries(presets)) {
      Config.validate(config, name);
      configs.set(name, config);
    }
    for (const plugin of plugins) {
      const entries = Object.entries(plugin.configs ?? {});
      for (const [name, config] of entries) {
        if (!config) {
          continue;
        }
        Config.validate(config, name);
        configs.set(`${plugin.name}:${name}`, config);
        if (plugin.name !== plugin.originalName) {
          configs.set(`${plugin.originalName}:${name}`, config);
        }
      }
    }
    return configs;
  }
  extendMeta(plugins) {
    for (const plugin of plugins) {
      if (!plugin.elementSchema) {
        continue;
      }
      const { properties } = plugin.elementSchema;
      if (!properties) {
        continue;
      }
      for (const [raw, schema2] of Object.entries(properties)) {
        const key = raw;
        if (schema2.copyable && !MetaCopyableProperty.includes(key)) {
          MetaCopyableProperty.push(key);
        }
      }
    }
  }
  /**
   * Resolve all configuration and return a [[ResolvedConfig]] instance.
   *
   * A resolved configuration will merge all extended configs and load all
   * plugins and transformers, and normalize the rest of the configuration.
   *
   * @public
   */
  resolve() {
    const resolveData = this.resolveData();
    if (isThenable(resolveData)) {
      return resolveData.then((resolveData2) => {
        return new ResolvedConfig(resolveData2, this.get());
      });
    }
    return new ResolvedConfig(resolveData, this.get());
  }
  /**
   * Same as [[resolve]] but returns the raw configuration data instead of
   * [[ResolvedConfig]] instance. Mainly used for testing.
   *
   * @internal
   */
  resolveData() {
    const metaTable = this.getMetaTable();
    if (isThenable(metaTable)) {
      return metaTable.then((metaTable2) => {
        return {
          metaTable: metaTable2,
          plugins: this.getPlugins(),
          rules: this.getRules(),
          transformers: this.transformers,
          ariaVersion: this.getAriaVersion()
        };
      });
    }
    return {
      metaTable,
      plugins: this.getPlugins(),
      rules: this.getRules(),
      transformers: this.transformers,
      ariaVersion: this.getAriaVersion()
    };
  }
}

class ConfigLoader {
  _globalConfig;
  _configData;
  resolvers;
  /**
   * Create a new ConfigLoader.
   *
   * @param resolvers - Sorted list of resolvers to use (in order).
   * @param configData - Default configuration (which all configurations will inherit from).
   */
  constructor(resolvers, configData) {
    this.resolvers = resolvers;
    this._configData = configData;
    this._globalConfig = null;
  }
  /**
   * Set a new default configuration on this loader. Resets cached global
   * configuration.
   *
   * @internal
   */
  setConfigData(configData) {
    this._configData = configData;
    this._globalConfig = null;
  }
  /**
   * Get the global configuration.
   *
   * @returns A promise resolving to the global configuration.
   */
  getGlobalConfig() {
    if (this._globalConfig) {
      return this._globalConfig;
    }
    const config = this._configData ? this.loadFromObject(this._configData) : this.defaultConfig();
    if (isThenable(config)) {
      return config.then((config2) => {
        this._globalConfig = config2;
        return this._globalConfig;
      });
    }
    this._globalConfig = config;
    return this._globalConfig;
  }
  /**
   * Get the global configuration.
   *
   * The synchronous version does not support async resolvers.
   *
   * @returns The global configuration.
   */
  getGlobalConfigSync() {
    if (this._globalConfig) {
      return this._globalConfig;
    }
    const config = this._configData ? this.loadFromObject(this._configData) : this.defaultConfig();
    if (isThenable(config)) {
      throw new UserError("Cannot load async config from sync function");
    }
    this._globalConfig = config;
    return this._globalConfig;
  }
  /**
   * @internal
   */
  getResolvers() {
    return this.resolvers;
  }
  /**
   * @internal For testing only
   */
  async _getGlobalConfig() {
    const config = await this.getGlobalConfig();
    return config.get();
  }
  empty() {
    return Config.empty();
  }
  /**
   * Load configuration from object.
   */
  loadFromObject(options, filename) {
    return Config.fromObject(this.resolvers, options, filename);
  }
  /**
   * Load configuration from filename.
   */
  loadFromFile(filename) {
    return Config.fromFile(this.resolvers, filename);
  }
}

// @__NO_SIDE_EFFECTS__
function defineConfig(config) {
  return config;
}

const defaultResolvers = [];
function hasResolver(value) {
  return Array.isArray(value[0]);
}
class StaticConfigLoader extends ConfigLoader {
  constructor(...args) {
    if (hasResolver(args)) {
      const [resolvers, config] = args;
      super(resolvers, config);
    } else {
      const [config] = args;
      super(defaultResolvers, config);
    }
  }
  /**
   * Set a new configuration for this loader.
   *
   * @public
   * @since 8.20.0
   * @param config - New configuration to use.
   */
  setConfig(config) {
    this.setConfigData(config);
  }
  getConfigFor(_handle, configOverride) {
    const override = this.loadFromObject(configOverride ?? {});
    if (isThenable(override)) {
      return override.then((override2) => this._resolveConfig(override2));
    }
    return this._resolveConfig(override);
  }
  flushCache() {
  }
  defaultConfig() {
    return this.loadFromObject({
      extends: ["html-validate:recommended"],
      elements: ["html5"]
    });
  }
  _resolveConfig(override) {
    if (override.isRootFound()) {
      return override.resolve();
    }
    const globalConfig = this.getGlobalConfig();
    if (isThenable(globalConfig)) {
      return globalConfig.then((globalConfig2) => {
        const merged2 = globalConfig2.merge(this.resolvers, override);
        if (isThenable(merged2)) {
          return merged2.then((merged3) => {
            return merged3.resolve();
          });
        }
        return merged2.resolve();
      });
    }
    const merged = globalConfig.merge(this.resolvers, override);
    if (isThenable(merged)) {
      return merged.then((merged2) => {
        return merged2.resolve();
      });
    }
    return merged.resolve();
  }
}

// @__NO_SIDE_EFFECTS__
function defineFlatConfig(config) {
  return config;
}

function mergeFlatConfig(blocks) {
  const merged = {
    elements: [],
    plugins: [],
    transform: {},
    rules: {}
  };
  for (const block of blocks) {
    if (block.elements) {
      merged.elements = [...merged.elements, ...block.elements];
    }
    if (block.plugins) {
      merged.plugins = [...merged.plugins, ...block.plugins];
    }
    if (block.transform) {
      merged.transform = { ...merged.transform, ...block.transform };
    }
    if (block.rules) {
      merged.rules = { ...merged.rules, ...block.rules };
    }
    if (block.aria !== void 0) {
      merged.aria = block.aria;
    }
  }
  return merged;
}

function getNamedTransformerFromPlugin(name, plugins, pluginName, key) {
  const plugin = plugins.find((cur) => cur.name === pluginName);
  if (!plugin) {
    throw new ConfigError(`No plugin named "${pluginName}" has been loaded`);
  }
  if (!plugin.transformer) {
    throw new ConfigError(`Plugin does not expose any transformers`);
  }
  if (typeof plugin.transformer === "function") {
    throw new ConfigError(
      `Transformer "${name}" refers to named transformer but plugin exposes only unnamed, use "${pluginName}" instead.`
    );
  }
  const transformer = plugin.transformer[key];
  if (!transformer) {
    throw new ConfigError(`Plugin "${pluginName}" does not expose a transformer named "${key}".`);
  }
  return transformer;
}

function getUnnamedTransformerFromPlugin(name, plugin) {
  if (!plugin.transformer) {
    throw new ConfigError(`Plugin does not expose any transformers`);
  }
  if (typeof plugin.transformer !== "function") {
    if (plugin.transformer["default"]) {
      return plugin.transformer["default"];
    }
    throw new ConfigError(
      `Transformer "${name}" refers to unnamed transformer but plugin exposes only named.`
    );
  }
  return plugin.transformer;
}

function getTransformerFromPlugins(name, plugins) {
  const match = /(.*):(.*)/.exec(name);
  if (match) {
    const [, pluginName, key] = match;
    return getNamedTransformerFromPlugin(name, plugins, pluginName, key);
  }
  const plugin = plugins.find((cur) => cur.name === name);
  if (plugin) {
    return getUnnamedTransformerFromPlugin(name, plugin);
  }
  return null;
}

function resolveFlatConfigTransformer(entry, plugins) {
  if (typeof entry === "function") {
    return entry;
  }
  const transformer = getTransformerFromPlugins(entry, plugins);
  if (!transformer) {
    throw new ConfigError(`No plugin named "${entry}" has been loaded`);
  }
  return transformer;
}

function getTransformerFromModule(resolvers, name) {
  return resolveTransformer(resolvers, name, { cache: true });
}

const TRANSFORMER_API = {
  VERSION: 1
};

function validateTransformer(transformer) {
  const version = transformer.api ?? 0;
  if (version !== TRANSFORMER_API.VERSION) {
    throw new ConfigError(
      `Transformer uses API version ${String(version)} but only version ${String(TRANSFORMER_API.VERSION)} is supported`
    );
  }
}
function loadTransformerFunction(resolvers, name, plugins) {
  const transformer = getTransformerFromPlugins(name, plugins);
  if (transformer) {
    return transformer;
  }
  return getTransformerFromModule(resolvers, name);
}
function getTransformerFunction(resolvers, name, plugins) {
  try {
    const transformer = loadTransformerFunction(resolvers, name, plugins);
    if (isThenable(transformer)) {
      return transformer.then((transformer2) => {
        validateTransformer(transformer2);
        return transformer2;
      });
    }
    validateTransformer(transformer);
    return transformer;
  } catch (err) {
    if (err instanceof ConfigError) {
      throw new ConfigError(`Failed to load transformer "${name}": ${err.message}`, err);
    }
    throw new ConfigError(`Failed to load transformer "${name}"`, ensureError(err));
  }
}
function getCachedTransformerFunction(cache, resolvers, name, plugins) {
  const cached = cache.get(name);
  if (cached) {
    return cached;
  }
  const transformer = getTransformerFunction(resolvers, name, plugins);
  if (isThenable(transformer)) {
    return transformer.then((transformer2) => {
      cache.set(name, transformer2);
      return transformer2;
    });
  }
  cache.set(name, transformer);
  return transformer;
}

function isIterable(value) {
  return Boolean(value && typeof value === "object" && Symbol.iterator in value);
}
function toArray(value) {
  return isIterable(value) ? Array.from(value) : [value];
}
function isNonThenableArray(value) {
  return !value.some(isThenable);
}
const asyncInSyncTransformError = "Cannot use async transformer from sync function";
async function transformSource(resolvers, config, source, filename) {
  const { cache } = config;
  const transformer = config.findTransformer(filename ?? source.filename);
  if (!transformer) {
    return [source];
  }
  const context = {
    hasChain(filename2) {
      return config.canTransform(filename2);
    },
    chain(source2, filename2) {
      return transformSource(resolvers, config, source2, filename2);
    }
  };
  const fn = transformer.kind === "import" ? await getCachedTransformerFunction(cache, resolvers, transformer.name, config.getPlugins()) : transformer.function;
  const name = transformer.kind === "import" ? transformer.name : transformer.function.name;
  try {
    const result = await fn.call(context, source);
    const transformedSources = await Promise.all(toArray(result));
    for (const source2 of transformedSources) {
      source2.transformedBy ??= [];
      source2.transformedBy.push(name);
    }
    return transformedSources;
  } catch (err) {
    const message = err instanceof Error ? err.message : String(err);
    throw new NestedError(`When transforming "${source.filename}": ${message}`, ensureError(err));
  }
}
function transformSourceSync(resolvers, config, source, filename) {
  const { cache } = config;
  const transformer = config.findTransformer(filename ?? source.filename);
  if (!transformer) {
    return [source];
  }
  const context = {
    hasChain(filename2) {
      return config.canTransform(filename2);
    },
    chain(source2, filename2) {
      return transformSourceSync(resolvers, config, source2, filename2);
    }
  };
  const fn = transformer.kind === "import" ? getCachedTransformerFunction(cache, resolvers, transformer.name, config.getPlugins()) : transformer.function;
  if (isThenable(fn)) {
    throw new UserError(asyncInSyncTransformError);
  }
  const name = transformer.kind === "import" ? transformer.name : transformer.function.name;
  try {
    const result = fn.call(context, source);
    if (isThenable(result)) {
      throw new UserError(asyncInSyncTransformError);
    }
    const transformedSources = toArray(result);
    if (!isNonThenableArray(transformedSources)) {
      throw new UserError(asyncInSyncTransformError);
    }
    for (const source2 of transformedSources) {
      source2.transformedBy ??= [];
      source2.transformedBy.push(name);
    }
    return transformedSources;
  } catch (err) {
    const message = err instanceof Error ? err.message : String(err);
    throw new NestedError(`When transforming "${source.filename}": ${message}`, ensureError(err));
  }
}

function transformFilename(resolvers, config, filename, fs) {
  const stdin = 0;
  const src = filename !== "/dev/stdin" ? filename : stdin;
  const output = fs.readFileSync(src, { encoding: "utf8" });
  const data = typeof output === "string" ? output : output.toString("utf8");
  const source = {
    data,
    filename,
    line: 1,
    column: 1,
    offset: 0,
    originalData: data
  };
  return transformSource(resolvers, config, source, filename);
}
function transformFilenameSync(resolvers, config, filename, fs) {
  const stdin = 0;
  const src = filename !== "/dev/stdin" ? filename : stdin;
  const output = fs.readFileSync(src, { encoding: "utf8" });
  const data = typeof output === "string" ? output : output.toString("utf8");
  const source = {
    data,
    filename,
    line: 1,
    column: 1,
    offset: 0,
    originalData: data
  };
  return transformSourceSync(resolvers, config, source, filename);
}

async function resolveElementsList(resolvers, entries) {
  if (!entries) {
    return [];
  }
  const result = [];
  for (const entry of entries) {
    if (typeof entry !== "string") {
      result.push(entry);
      continue;
    }
    const bundled = elements.bundledElements[entry];
    if (bundled) {
      result.push(bundled);
      continue;
    }
    result.push(await resolveElements(resolvers, entry, { cache: false }));
  }
  return result;
}
async function resolveTransformMap(resolvers, transform, plugins) {
  const result = {};
  for (const [pattern, value] of Object.entries(transform)) {
    if (typeof value !== "string") {
      result[pattern] = value;
      continue;
    }
    result[pattern] = await getTransformerFunction(resolvers, value, plugins);
  }
  return result;
}
class FlatCompat {
  resolvers;
  /**
   * @public
   * @since 11.6.0
   * @param resolvers - Resolvers used to resolve `extends`, `elements`,
   * `plugins` and `transform` references.
   */
  constructor(resolvers) {
    this.resolvers = resolvers;
  }
  /**
   * Convert a legacy {@link ConfigData} object into a {@link FlatConfigObject}.
   *
   * All references (`extends`, string entries in `elements` and `plugins`
   * and string values in `transform`) are resolved using the resolvers
   * passed to the constructor, fully merging any extended presets in the
   * process.
   *
   * Fields that have no equivalent in the flat configuration format
   * (`root` and `extends`) are silently omitted from the result.
   *
   * @public
   * @since 11.6.0
   * @param data - Legacy configuration to convert. If omitted an empty
   * {@link FlatConfigObject} is returned.
   */
  async config(data) {
    if (!data) {
      return {};
    }
    const { resolvers } = this;
    const config = await Config.fromObject(resolvers, data);
    const merged = config.get();
    const plugins = config.getPlugins();
    const [elements, transform] = await Promise.all([
      resolveElementsList(resolvers, merged.elements),
      /* eslint-disable-next-line @typescript-eslint/no-non-null-assertion -- is normaliezd inside `Config` so will always be set here */
      resolveTransformMap(resolvers, merged.transform, plugins)
    ]);
    return {
      elements,
      plugins,
      transform,
      rules: merged.rules,
      aria: merged.aria
    };
  }
  /**
   * Extend one or more legacy configuration presets and return the
   * resulting {@link FlatConfigObject}.
   *
   * Equivalent to calling {@link FlatCompat.config} with
   * `{ extends: [...names] }`.
   *
   * @public
   * @since 11.6.0
   * @param names - One or more preset names to extend from.
   */
  async extend(...names) {
    return this.config({ extends: names });
  }
}

const name = "html-validate";
const version = "11.21.1";
const bugs = "https://gitlab.com/html-validate/html-validate/issues/new";

function freeze(src, text) {
  const { fix, suggestions, related = [], ...rest } = src;
  const message = {
    ...rest,
    selector: src.selector(),
    related: related.map((it) => ({ kind: it.kind, selector: it.selector() }))
  };
  if (fix) {
    message.fix = bindAutofix(text, fix);
  }
  if (suggestions) {
    message.suggestions = suggestions.map((suggestion) => ({
      message: suggestion.message,
      fix: bindAutofix(text, suggestion.fix)
    }));
  }
  return message;
}
function isThenableArray(value) {
  if (value.length === 0) {
    return false;
  }
  return isThenable(value[0]);
}
class Reporter {
  /**
   * @internal
   */
  result;
  /**
   * @internal
   */
  constructor() {
    this.result = {};
  }
  static merge(reports) {
    if (isThenable(reports)) {
      return reports.then((reports2) => this.merge(reports2));
    }
    if (isThenableArray(reports)) {
      return Promise.all(reports).then((reports2) => this.merge(reports2));
    }
    const valid = reports.every((report) => report.valid);
    const merged = {};
    for (const report of reports) {
      const { results: results2 } = report;
      for (const result of results2) {
        const key = result.filePath;
        if (Object.hasOwn(merged, key)) {
          merged[key].messages = [...merged[key].messages, ...result.messages];
        } else {
          merged[key] = { ...result };
        }
      }
    }
    const results = Object.values(merged).map((result) => {
      result.errorCount = countErrors(result.messages);
      result.warningCount = countWarnings(result.messages);
      result.fixableErrorCount = countFixableErrors(result.messages);
      result.fixableWarningCount = countFixableWarnings(result.messages);
      return result;
    });
    return {
      valid,
      results,
      errorCount: sumErrors(results),
      warningCount: sumWarnings(results),
      fixableErrorCount: sumFixableErrors(results),
      fixableWarningCount: sumFixableWarnings(results)
    };
  }
  /**
   * @internal
   */
  add(options) {
    const { rule, message, severity, node, location, context, related, fix, suggestions } = options;
    assertValidLocation(location);
    if (!Object.hasOwn(this.result, location.filename)) {
      this.result[location.filename] = [];
    }
    const ruleUrl = rule.documentation(context)?.url;
    const entry = {
      ruleId: rule.name,
      severity,
      message,
      offset: location.offset,
      line: location.line,
      column: location.column,
      size: location.size,
      selector() {
        return node ? node.generateSelector() : null;
      },
      related: related?.map((it) => ({
        kind: it.kind,
        selector: () => it.node ? it.node.generateSelector() : null
      }))
    };
    if (ruleUrl) {
      entry.ruleUrl = ruleUrl;
    }
    if (context) {
      entry.context = context;
    }
    if (fix) {
      entry.fix = fix;
    }
    if (suggestions) {
      entry.suggestions = suggestions;
    }
    this.result[location.filename].push(entry);
  }
  /**
   * @internal
   */
  addManual(filename, message) {
    if (!Object.hasOwn(this.result, filename)) {
      this.result[filename] = [];
    }
    this.result[filename].push(message);
  }
  /**
   * @internal
   */
  save(sources) {
    const report = {
      valid: this.isValid(),
      /* eslint-disable-next-line unicorn/prefer-object-iterable-methods -- technical debt */
      results: Object.keys(this.result).map((filePath) => {
        const source = (sources ?? []).find((source2) => filePath === source2.filename);
        const text = source ? source.originalData ?? source.data : "";
        const messages = this.result[filePath].map((message) => freeze(message, text)).toSorted(messageSort);
        return {
          filePath,
          messages,
          errorCount: countErrors(messages),
          warningCount: countWarnings(messages),
          fixableErrorCount: countFixableErrors(messages),
          fixableWarningCount: countFixableWarnings(messages),
          source: source ? source.originalData ?? source.data : null
        };
      }),
      errorCount: 0,
      warningCount: 0,
      fixableErrorCount: 0,
      fixableWarningCount: 0
    };
    report.errorCount = sumErrors(report.results);
    report.warningCount = sumWarnings(report.results);
    report.fixableErrorCount = sumFixableErrors(report.results);
    report.fixableWarningCount = sumFixableWarnings(report.results);
    return report;
  }
  /**
   * @internal
   */
  isValid() {
    const numErrors = Object.values(this.result).reduce((sum, messages) => {
      return sum + countErrors(messages);
    }, 0);
    return numErrors === 0;
  }
}
function countErrors(messages) {
  return messages.filter((m) => m.severity === Severity.ERROR).length;
}
function countFixableErrors(messages) {
  return messages.filter((m) => m.fix && m.severity === Severity.ERROR).length;
}
function countWarnings(messages) {
  return messages.filter((m) => m.severity === Severity.WARN).length;
}
function countFixableWarnings(messages) {
  return messages.filter((m) => m.fix && m.severity === Severity.WARN).length;
}
function sumErrors(results) {
  return results.reduce((sum, result) => {
    return sum + result.errorCount;
  }, 0);
}
function sumFixableErrors(results) {
  return results.reduce((sum, result) => {
    return sum + result.fixableErrorCount;
  }, 0);
}
function sumWarnings(results) {
  return results.reduce((sum, result) => {
    return sum + result.warningCount;
  }, 0);
}
function sumFixableWarnings(results) {
  return results.reduce((sum, result) => {
    return sum + result.fixableWarningCount;
  }, 0);
}
function messageSort(a, b) {
  if (a.line < b.line) {
    return -1;
  }
  if (a.line > b.line) {
    return 1;
  }
  if (a.column < b.column) {
    return -1;
  }
  if (a.column > b.column) {
    return 1;
  }
  return 0;
}

// @__NO_SIDE_EFFECTS__
function definePlugin(plugin) {
  return plugin;
}

class PerformanceTracker {
  eventData;
  ruleData;
  startTime;
  accConfigTime;
  accTransformTime;
  constructor() {
    this.eventData = /* @__PURE__ */ new Map();
    this.ruleData = /* @__PURE__ */ new Map();
    this.startTime = performance.now();
    this.accConfigTime = 0;
    this.accTransformTime = 0;
  }
  /**
   * Record a single event trigger with the time it took to run all listeners.
   */
  trackEvent(name, time) {
    const existing = this.eventData.get(name);
    if (existing) {
      existing.count += 1;
      existing.time += time;
    } else {
      this.eventData.set(name, { count: 1, time });
    }
  }
  /**
   * Record time spent loading configuration.
   */
  trackConfig(time) {
    this.accConfigTime += time;
  }
  /**
   * Record time spent in transformers.
   */
  trackTransform(time) {
    this.accTransformTime += time;
  }
  /**
   * Record a single rule callback invocation with its execution time.
   */
  trackRule(ruleName, time) {
    const existing = this.ruleData.get(ruleName);
    if (existing) {
      existing.count += 1;
      existing.time += time;
    } else {
      this.ruleData.set(ruleName, { count: 1, time });
    }
  }
  /**
   * Returns a snapshot of the recorded performance data, with both arrays
   * sorted by time (descending).
   */
  getResult() {
    const events = Array.from(
      this.eventData,
      ([event, { count, time }]) => ({ event, count, time })
    ).toSorted((a, b) => b.time - a.time);
    const rules = Array.from(this.ruleData, ([rule, { count, time }]) => ({
      rule,
      count,
      time
    })).toSorted((a, b) => b.time - a.time);
    return {
      events,
      rules,
      configTime: this.accConfigTime,
      transformTime: this.accTransformTime,
      totalTime: performance.now() - this.startTime
    };
  }
}

const ruleIds = new Set(Object.keys(bundledRules));
function ruleExists(ruleId) {
  return ruleIds.has(ruleId);
}

function dumpTree(root) {
  const lines = [];
  function decoration(node) {
    let output = "";
    if (node.id) {
      output += `#${node.id}`;
    }
    if (node.hasAttribute("class")) {
      output += `.${node.classList.join(".")}`;
    }
    return output;
  }
  function writeNode(node, level, indent, sibling) {
    const numSiblings = node.parent ? node.parent.childElements.length : 0;
    const lastSibling = sibling === numSiblings - 1;
    if (node.parent) {
      const b = lastSibling ? "\u2514" : "\u251C";
      lines.push(`${indent}${b}\u2500\u2500 ${node.tagName}${decoration(node)}`);
    } else {
      lines.push("(root)");
    }
    for (const [index, child] of node.childElements.entries()) {
      const s = lastSibling ? " " : "\u2502";
      const i = level > 0 ? `${indent}${s}   ` : "";
      writeNode(child, level + 1, i, index);
    }
  }
  writeNode(root, 0, "", 0);
  return lines;
}

const state = {
  blockerCounter: 1
};
function createBlocker() {
  const id = state.blockerCounter++;
  return id;
}

class Engine {
  report;
  config;
  ParserClass;
  availableRules;
  tracker;
  constructor(config, ParserClass, options) {
    this.report = new Reporter();
    this.config = config;
    this.ParserClass = ParserClass;
    this.tracker = options.tracker;
    const result = this.initPlugins(this.config);
    this.availableRules = {
      ...bundledRules,
      ...result.availableRules
    };
  }
  /**
   * Lint sources and return report
   *
   * @param sources - Sources to lint.
   * @returns Report output.
   */
  lint(sources) {
    for (const source of sources) {
      const parser = this.instantiateParser();
      if (this.tracker) {
        parser.getEventHandler().setTracker(this.tracker);
      }
      const { rules } = this.setupPlugins(source, this.config, parser);
      const noUnusedDisable = rules["no-unused-disable"];
      const directiveContext = {
        rules,
        reportUnused(rules2, unused, options, location2) {
          if (!rules2.has(noUnusedDisable.name)) {
            noUnusedDisable.reportUnused(unused, options, location2);
          }
        }
      };
      const location = {
        filename: source.filename,
        line: 1,
        column: 1,
        offset: 0,
        size: 1
      };
      const configEvent = {
        location,
        config: this.config,
        rules
      };
      parser.trigger("config:ready", configEvent);
      const { hooks: _, ...sourceData } = source;
      const sourceEvent = {
        location,
        source: sourceData
      };
      parser.trigger("source:ready", sourceEvent);
      parser.on("directive", (_2, event) => {
        this.processDirective(event, parser, directiveContext);
      });
      parser.on("parse:error", (_2, event) => {
        this.reportError("parser-error", event.message, event.location);
      });
      try {
        parser.parseHtml(source);
      } catch (e) {
        if (e instanceof InvalidTokenError || e instanceof ParserError) {
          this.reportError("parser-error", e.message, e.location);
        } else {
          throw e;
        }
      }
    }
    return this.report.save(sources);
  }
  /**
   * Returns a list of all events generated while parsing the source.
   *
   * For verbosity, token events are ignored (use [[dumpTokens]] to inspect
   * token stream).
   */
  dumpEvents(source) {
    const parser = this.instantiateParser();
    const lines = [];
    parser.on("*", (event, data) => {
      if (event === "token") {
        return;
      }
      lines.push({ event, data });
    });
    for (const src of source) {
      parser.parseHtml(src);
    }
    return lines;
  }
  dumpTokens(source) {
    const lexer = new Lexer();
    const lines = [];
    for (const src of source) {
      for (const token of lexer.tokenize(src)) {
        const data = token.data[0] ?? "";
        const filename = token.location.filename;
        const line = String(token.location.line);
        const column = String(token.location.column);
        lines.push({
          token: TokenType[token.type],
          data,
          location: `${filename}:${line}:${column}`
        });
      }
    }
    return lines;
  }
  dumpTree(source) {
    const parser = this.instantiateParser();
    const root = parser.parseHtml(source[0]);
    return dumpTree(root);
  }
  /**
   * Get rule documentation.
   */
  getRuleDocumentation({
    ruleId,
    context
  }) {
    const rules = this.config.getRules();
    const ruleData = rules.get(ruleId);
    if (ruleData) {
      const [severity, options] = ruleData;
      const rule = this.instantiateRule(ruleId, options);
      rule.init(this.instantiateParser(), this.report, severity, this.config);
      return rule.documentation(context);
    }
    return null;
  }
  /**
   * Create a new parser instance with the current configuration.
   *
   * @internal
   */
  instantiateParser() {
    return new this.ParserClass(this.config);
  }
  processDirective(event, parser, context) {
    const rules = event.data.split(",").map((name) => name.trim()).map((name) => context.rules[name]).filter((rule) => {
      return Boolean(rule);
    });
    const location = event.optionsLocation ?? event.location;
    switch (event.action) {
      case "enable":
        this.processEnableDirective(rules, parser);
        break;
      case "disable":
        this.processDisableDirective(rules, parser);
        break;
      case "disable-block":
        this.processDisableBlockDirective(context, rules, parser, event.data, location);
        break;
      case "disable-next":
        this.processDisableNextDirective(context, rules, parser, event.data, location);
        break;
    }
  }
  processEnableDirective(rules, parser) {
    for (const rule of rules) {
      rule.setEnabled(true);
      if (rule.getSeverity() === Severity.DISABLED) {
        rule.setServerity(Severity.ERROR);
      }
    }
    parser.on("tag:start", (_event, data) => {
      data.target.enableRules(rules.map((rule) => rule.name));
    });
  }
  processDisableDirective(rules, parser) {
    for (const rule of rules) {
      rule.setEnabled(false);
    }
    parser.on("tag:start", (_event, data) => {
      data.target.disableRules(rules.map((rule) => rule.name));
    });
  }
  processDisableBlockDirective(context, rules, parser, options, location) {
    const ruleIds = new Set(rules.map((it) => it.name));
    const unused = new Set(ruleIds);
    const blocker = createBlocker();
    let directiveBlock = null;
    for (const rule of rules) {
      rule.block(blocker);
    }
    const unregisterOpen = parser.on("tag:start", (_event, data) => {
      directiveBlock ??= data.target.parent?.unique ?? null;
      data.target.blockRules(ruleIds, blocker);
    });
    const unregisterClose = parser.on("tag:end", (_event, data) => {
      const lastNode = directiveBlock === null;
      const parentClosed = directiveBlock === data.previous.unique;
      if (!(lastNode || parentClosed)) {
        return;
      }
      unregisterClose();
      unregisterOpen();
      for (const rule of rules) {
        rule.unblock(blocker);
      }
    });
    parser.on("rule:error", (_event, data) => {
      if (data.blockers.includes(blocker)) {
        unused.delete(data.ruleId);
      }
    });
    parser.on("parse:end", () => {
      context.reportUnused(ruleIds, unused, options, location);
    });
  }
  processDisableNextDirective(context, rules, parser, options, location) {
    const ruleIds = new Set(rules.map((it) => it.name));
    const unused = new Set(ruleIds);
    const blocker = createBlocker();
    for (const rule of rules) {
      rule.block(blocker);
    }
    const unregister = parser.on("tag:start", (_event, data) => {
      data.target.blockRules(ruleIds, blocker);
    });
    parser.on("rule:error", (_event, data) => {
      if (data.blockers.includes(blocker)) {
        unused.delete(data.ruleId);
      }
    });
    parser.on("parse:end", () => {
      context.reportUnused(ruleIds, unused, options, location);
    });
    parser.once("tag:ready, tag:end, attr", () => {
      unregister();
      parser.defer(() => {
        for (const rule of rules) {
          rule.unblock(blocker);
        }
      });
    });
  }
  /*
   * Initialize all plugins. This should only be done once for all sessions.
   */
  initPlugins(config) {
    for (const plugin of config.getPlugins()) {
      if (plugin.init) {
        plugin.init();
      }
    }
    return {
      availableRules: this.initRules(config)
    };
  }
  /**
   * Initializes all rules from plugins and returns an object with a mapping
   * between rule name and its constructor.
   */
  /* eslint-disable-next-line @typescript-eslint/no-explicit-any -- should explicitly accept anything */
  initRules(config) {
    const availableRules = {};
    for (const plugin of config.getPlugins()) {
      const entries = Object.entries(plugin.rules ?? {});
      for (const [name, rule] of entries) {
        if (!rule) {
          continue;
        }
        availableRules[name] = rule;
      }
    }
    return availableRules;
  }
  /**
   * Setup all plugins for this session.
   */
  setupPlugins(source, config, parser) {
    const eventHandler = parser.getEventHandler();
    for (const plugin of config.getPlugins()) {
      if (plugin.setup) {
        plugin.setup(source, eventHandler);
      }
    }
    return {
      rules: this.setupRules(config, parser)
    };
  }
  /**
   * Load and setup all rules for current configuration.
   */
  setupRules(config, parser) {
    const rules = {};
    for (const [ruleId, [severity, options]] of config.getRules()) {
      rules[ruleId] = this.loadRule(ruleId, config, severity, options, parser, this.report);
    }
    return rules;
  }
  /**
   * Load and setup a rule using current config.
   */
  /* eslint-disable-next-line @typescript-eslint/max-params -- technical debt */
  loadRule(ruleId, config, severity, options, parser, report) {
    const rule = this.instantiateRule(ruleId, options);
    rule.name = ruleId;
    rule.init(parser, report, severity, config);
    rule.setTracker(this.tracker);
    if (rule.setup) {
      rule.setup();
    }
    return rule;
  }
  instantiateRule(name, options) {
    if (this.availableRules[name]) {
      const RuleConstructor = this.availableRules[name];
      return new RuleConstructor(options);
    }
    return this.missingRule(name);
  }
  missingRule(name) {
    return new class MissingRule extends Rule {
      setup() {
        this.on("dom:load", () => {
          this.report({
            node: null,
            message: `Definition for rule '${name}' was not found`
          });
        });
      }
    }();
  }
  reportError(ruleId, message, location) {
    this.report.addManual(location.filename, {
      ruleId,
      severity: Severity.ERROR,
      message,
      offset: location.offset,
      line: location.line,
      column: location.column,
      size: location.size,
      selector: () => null
    });
  }
}

function compatibilityCheckImpl(name, declared, options) {
  const { silent, version: current, logger } = options;
  const valid = semver__default.default.satisfies(current, declared);
  if (valid || silent) {
    return valid;
  }
  const text = [
    "-----------------------------------------------------------------------------------------------------",
    `${name} requires html-validate version "${declared}" but current installed version is ${current}`,
    "This is not a supported configuration. Please install a supported version before reporting bugs.",
    "-----------------------------------------------------------------------------------------------------"
  ].join("\n");
  logger(text);
  return false;
}

const entities = {
  ">": "&gt;",
  "<": "&lt;",
  "'": "&apos;",
  '"': "&quot;",
  "&": "&amp;"
};
function xmlescape(src) {
  return src.toString().replaceAll(/["&'<>]/g, (match) => {
    return entities[match];
  });
}
function getMessageType(message) {
  switch (message.severity) {
    case 2:
      return "error";
    case 1:
      return "warning";
    default:
      return "error";
  }
}
function checkstyleFormatter(results) {
  let output = "";
  output += `<?xml version="1.0" encoding="utf-8"?>
`;
  output += `<checkstyle version="4.3">
`;
  for (const result of results) {
    const messages = result.messages;
    output += `  <file name="${xmlescape(result.filePath)}">
`;
    for (const message of messages) {
      const ruleId = xmlescape(`htmlvalidate.rules.${message.ruleId}`);
      output += " ".repeat(4);
      output += [
        `<error line="${xmlescape(message.line)}"`,
        `column="${xmlescape(message.column)}"`,
        `severity="${xmlescape(getMessageType(message))}"`,
        `message="${xmlescape(message.message)} (${message.ruleId})"`,
        `source="${ruleId}" />`
      ].join(" ");
      output += "\n";
    }
    output += "  </file>\n";
  }
  output += "</checkstyle>\n";
  return output;
}
const formatter$2 = checkstyleFormatter;

const NEWLINE = /\r\n|[\n\r\u2028\u2029]/;
function getMarkerLines(loc, source) {
  const startLoc = {
    ...loc.start
  };
  const endLoc = {
    ...startLoc,
    ...loc.end
  };
  const linesAbove = 2;
  const linesBelow = 3;
  const startLine = startLoc.line;
  const startColumn = startLoc.column;
  const endLine = endLoc.line;
  const endColumn = endLoc.column;
  const start = Math.max(startLine - (linesAbove + 1), 0);
  const end = Math.min(source.length, endLine + linesBelow);
  const lineDiff = endLine - startLine;
  const markerLines = {};
  if (lineDiff) {
    for (let i = 0; i <= lineDiff; i++) {
      const lineNumber = i + startLine;
      if (!startColumn) {
        markerLines[lineNumber] = true;
      } else if (i === 0) {
        const sourceLength = source[lineNumber - 1].length;
        markerLines[lineNumber] = [startColumn, sourceLength - startColumn + 1];
      } else if (i === lineDiff) {
        markerLines[lineNumber] = [0, endColumn];
      } else {
        const sourceLength = source[lineNumber - i].length;
        markerLines[lineNumber] = [0, sourceLength];
      }
    }
  } else {
    if (startColumn === endColumn) {
      if (startColumn) {
        markerLines[startLine] = [startColumn, 0];
      } else {
        markerLines[startLine] = true;
      }
    } else {
      markerLines[startLine] = [startColumn, endColumn - startColumn];
    }
  }
  return { start, end, markerLines };
}
function codeFrameColumns(rawLines, loc) {
  const lines = rawLines.split(NEWLINE);
  const { start, end, markerLines } = getMarkerLines(loc, lines);
  const numberMaxWidth = String(end).length;
  return rawLines.split(NEWLINE, end).slice(start, end).map((line, index) => {
    const number = start + 1 + index;
    const paddedNumber = ` ${String(number)}`.slice(-numberMaxWidth);
    const gutter = ` ${paddedNumber} |`;
    const hasMarker = markerLines[number];
    if (hasMarker) {
      let markerLine = "";
      if (Array.isArray(hasMarker)) {
        const markerSpacing = line.slice(0, Math.max(hasMarker[0] - 1, 0)).replaceAll(/[^\t]/g, " ");
        const numberOfMarkers = hasMarker[1] || 1;
        markerLine = [
          "\n ",
          gutter.replaceAll(/\d/g, " "),
          " ",
          markerSpacing,
          "^".repeat(numberOfMarkers)
        ].join("");
      }
      return [">", gutter, line.length > 0 ? ` ${line}` : "", markerLine].join("");
    }
    return [" ", gutter, line.length > 0 ? ` ${line}` : ""].join("");
  }).join("\n");
}

function getStartLocation(message) {
  return {
    line: message.line,
    column: message.column
  };
}
function getEndLocation(message, source) {
  let line = message.line;
  let column = message.column;
  for (let i = 0; i < message.size; i++) {
    if (source.charAt(message.offset + i) === "\n") {
      line++;
      column = 0;
    } else {
      column++;
    }
  }
  return { line, column };
}

const defaults = {
  showLink: true,
  showFilePath: true,
  showSummary: true,
  showSelector: false
};
function pluralize(word, count) {
  return count === 1 ? word : `${word}s`;
}
function formatFilePath(filePath, line, column) {
  if (line && column) {
    filePath += `:${String(line)}:${String(column)}`;
  }
  return kleur__default.default.green(filePath);
}
function formatMessage(message, parentResult, options) {
  const type = message.severity === 2 ? kleur__default.default.red("error") : kleur__default.default.yellow("warning");
  const msg = kleur__default.default.bold(message.message.replace(/([^ ])\.$/, "$1"));
  const ruleId = kleur__default.default.dim(`(${message.ruleId})`);
  const filePath = formatFilePath(parentResult.filePath, message.line, message.column);
  const sourceCode = parentResult.source;
  const filePathPart = options.showFilePath ? `at ${filePath}:` : null;
  const firstLine = [`${type}:`, msg, ruleId ? ruleId : "", filePathPart].filter(Boolean).join(" ");
  const result = [firstLine];
  if (sourceCode) {
    const output = codeFrameColumns(sourceCode, {
      start: getStartLocation(message),
      end: getEndLocation(message, sourceCode)
    });
    result.push(output);
  }
  if (options.showSelector) {
    result.push(`${kleur__default.default.bold("Selector:")} ${message.selector ?? "-"}`);
  }
  if (options.showLink && message.ruleUrl) {
    result.push(`${kleur__default.default.bold("Details:")} ${message.ruleUrl}`);
  }
  return result.join("\n");
}
function formatSummary(options) {
  const { errors, warnings, fixableErrors, fixableWarnings } = options;
  const color = errors > 0 ? "red" : "yellow";
  const summary = [];
  const fixable = [];
  if (errors > 0) {
    summary.push(`${String(errors)} ${pluralize("error", errors)}`);
  }
  if (warnings > 0) {
    summary.push(`${String(warnings)} ${pluralize("warning", warnings)}`);
  }
  if (fixableErrors > 0) {
    fixable.push(`${String(fixableErrors)} ${pluralize("error", fixableErrors)}`);
  }
  if (fixableWarnings > 0) {
    fixable.push(`${String(fixableWarnings)} ${pluralize("warning", fixableWarnings)}`);
  }
  const summaryText = kleur__default.default[color]().bold(`${summary.join(" and ")} found.`);
  const fixableText = fixable.length > 0 ? kleur__default.default[color]().bold(
    `${fixable.join(" and ")} potentially fixable with the \`--fix\` option.`
  ) : null;
  if (fixableText) {
    return ["\n", summaryText, "\n", fixableText, "\n"].join("");
  }
  return ["\n", summaryText, "\n"].join("");
}
function codeframe(results, options) {
  const merged = { ...defaults, ...options };
  let errors = 0;
  let warnings = 0;
  let fixableErrors = 0;
  let fixableWarnings = 0;
  const resultsWithMessages = results.filter((result) => result.messages.length > 0);
  let output = resultsWithMessages.reduce((resultsOutput, result) => {
    const messages = result.messages.map((message) => {
      return `${formatMessage(message, result, merged)}

`;
    });
    errors += result.errorCount;
    warnings += result.warningCount;
    fixableErrors += result.fixableErrorCount;
    fixableWarnings += result.fixableWarningCount;
    return resultsOutput.concat(messages);
  }, []).join("\n");
  if (merged.showSummary) {
    output += formatSummary({ errors, warnings, fixableErrors, fixableWarnings });
  }
  return errors + warnings > 0 ? output : "";
}

function jsonFormatter(results) {
  return JSON.stringify(results);
}
const formatter$1 = jsonFormatter;

function linkSummary(results) {
  const urls = results.reduce((result, it) => {
    const urls2 = it.messages.map((error) => error.ruleUrl).filter((error) => Boolean(error));
    return [...result, ...urls2];
  }, []);
  const unique = Array.from(new Set(urls));
  if (unique.length === 0) {
    return "";
  }
  const lines = unique.map((url) => `  ${url}
`);
  return `
${kleur__default.default.bold("More information")}:
${lines.join("")}
`;
}
function stylish(results) {
  const errors = stylish$1.stylish(
    /* eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- technical debt */
    results.map((it) => ({
      ...it
    }))
  );
  const links = linkSummary(results);
  return `${errors}${links}`;
}

function textFormatter(results) {
  let output = "";
  let total = 0;
  for (const result of results) {
    const messages = result.messages;
    if (messages.length === 0) {
      continue;
    }
    total += messages.length;
    output += messages.map((message) => {
      let messageType;
      if (message.severity === 2) {
        messageType = "error";
      } else {
        messageType = "warning";
      }
      const line = String(message.line);
      const column = String(message.column);
      const location = `${result.filePath}:${line}:${column}`;
      return `${location}: ${messageType} [${message.ruleId}] ${message.message}
`;
    }).join("");
  }
  return total > 0 ? output : "";
}
const formatter = textFormatter;

const availableFormatters = {
  checkstyle: formatter$2,
  codeframe,
  json: formatter$1,
  stylish,
  text: formatter
};
function getFormatter(name) {
  return availableFormatters[name] ?? null;
}

var ignore$1 = {exports: {}};

var hasRequiredIgnore;

function requireIgnore () {
	if (hasRequiredIgnore) return ignore$1.exports;
	hasRequiredIgnore = 1;
	(function (module) {
		// A simple implementation of make-array
		function makeArray (subject) {
		  return Array.isArray(subject)
		    ? subject
		    : [subject]
		}

		const UNDEFINED = undefined;
		const EMPTY = '';
		const SPACE = ' ';
		const ESCAPE = '\\';

		// The characters that carry a meaning of their own inside a regular
		//   expression, so a literal one has to be escaped before it is emitted.
		const REGEX_LITERAL_SPECIAL = /[.*+?()[\]{}^$|\\/]/;
		const BOM = '\uFEFF';
		const REGEX_INVALID_TRAILING_BACKSLASH = /(?:[^\\]|^)\\$/;
		// A run of two or more asterisks is a globstar (#175)
		const REGEX_ANCHORED_GLOBSTAR = /^\/\*{2,}$/;
		const REGEX_REPLACE_LEADING_EXCAPED_EXCLAMATION = /^\\!/;
		const REGEX_REPLACE_LEADING_EXCAPED_HASH = /^\\#/;
		const REGEX_SPLITALL_CRLF = /\r?\n/g;

		// Invalid:
		// - /foo,
		// - ./foo,
		// - ../foo,
		// - .
		// - ..
		// Valid:
		// - .foo
		const DOUBLE_SLASH = '//';
		const SLASH_CODE = 47;
		const DOT_CODE = 46;


		const SLASH = '/';

		// Do not use ternary expression here, since "istanbul ignore next" is buggy
		let TMP_KEY_IGNORE = 'node-ignore';
		/* istanbul ignore else */
		if (typeof Symbol !== 'undefined') {
		  TMP_KEY_IGNORE = Symbol.for('node-ignore');
		}
		const KEY_IGNORE = TMP_KEY_IGNORE;

		const define = (object, key, value) => {
		  Object.defineProperty(object, key, {value});
		  return value
		};

		const RETURN_FALSE = () => false;

		// > The range notation, e.g. [a-zA-Z],
		// > can be used to match one of the characters in a range.
		//
		// gitignore(5) defers to fnmatch(3) for this, and git implements it in
		//   `wildmatch.c`.  A bracket expression has a sub-grammar of its own, which
		//   is neither the surrounding pattern grammar nor the JavaScript one:
		//
		//   - a `]` right after `[` or `[!` is a literal member, not the terminator
		//   - `[:alpha:]` names one of twelve POSIX classes
		//   - `\` escapes the next member, `]` included
		//   - `*`, `?` and `.` are plain literal members
		//   - an unterminated expression makes the whole pattern match nothing
		//
		// which means the expression can not be located -- let alone translated -- by
		//   a regular expression.  It is scanned out of the pattern before the
		//   replacers below run, and put back once they are done, so that neither the
		//   metacharacter escaper nor the `?` / `*` replacers ever see its body.

		// git classifies with its own ASCII-only ctype macros (`wildmatch.c`), never
		//   with the C library ones, so these must not be mapped onto `\d` / `\w` /
		//   `\s`, which are wider.  `/` is left out of every expansion, because a
		//   bracket expression never matches a path separator.
		const POSIX_CLASSES = {
		  alnum: '0-9A-Za-z',
		  alpha: 'A-Za-z',
		  blank: ' \\t',
		  cntrl: '\\x00-\\x1f\\x7f',
		  digit: '0-9',
		  graph: '!-.0-~',
		  lower: 'a-z',
		  print: ' -.0-~',
		  punct: '!-.:-@\\[-`{-~',
		  // git's `sane-ctype.h` classifies \v and \f as control, not space,
		  //   unlike C's `isspace`
		  space: ' \\t\\n\\r',
		  upper: 'A-Z',
		  xdigit: '0-9A-Fa-f'
		};

		const CLASS_MEMBERS_TO_ESCAPE = '\\]^-[';

		const escapeMember = char => CLASS_MEMBERS_TO_ESCAPE.indexOf(char) < 0
		  ? char
		  : ESCAPE + char;

		// > if (matched == negated || ((flags & WM_PATHNAME) && text_ch == '/'))
		// >   return WM_ABORT_TO_STARSTAR;                     (git, `wildmatch.c`)
		// A bracket expression never matches a path separator, whatever its members
		//   say, so a negated class gets `/` as one more excluded character, while a
		//   plain one -- where a literal member or a range could still let `/` in --
		//   is guarded with a lookahead, `/` being impossible to subtract from a
		//   JavaScript character class.
		const NON_SLASH = '(?!\\/)';

		const classSource = (negated, body) => {
		  if (negated) {
		    return `[^\\/${body}]`
		  }

		  const source = `[${body}]`;

		  return new RegExp(source).test('/')
		    ? NON_SLASH + source
		    : source
		};

		// Scan the bracket expression that starts at `pattern[start] === '['`,
		//   mirroring the member loop of git's `wildmatch.c`.
		// @returns {{end: number, source: string} | null} `null` if the expression is
		//   never terminated, which makes the whole pattern match nothing.
		const scanBracket = (pattern, start) => {
		  const {length} = pattern;
		  let index = start + 1;
		  let negated = EMPTY;

		  const lead = pattern[index];
		  if (lead === '!' || lead === '^') {
		    negated = '^';
		    index ++;
		  }

		  let body = EMPTY;

		  // The member a `-` could start a range from, or EMPTY when the previous
		  //   member can not open one (start of the body, or a range / POSIX class
		  //   that has just closed)
		  let prev = EMPTY;

		  // git scans the members with a do-while, so the first one is consumed
		  //   unconditionally.  That is the whole reason a leading `]` is a member
		  //   and not the terminator.
		  for (;;) {
		    const char = pattern[index];

		    if (char === UNDEFINED) {
		      return null
		    }

		    if (char === ESCAPE) {
		      const escaped = pattern[index + 1];
		      if (escaped === UNDEFINED) {
		        return null
		      }
		      body += escapeMember(escaped);
		      prev = escaped;
		      index ++;
		    } else if (
		      char === '-'
		      && prev
		      && index + 1 < length
		      && pattern[index + 1] !== ']'
		    ) {
		      index ++;
		      let to = pattern[index];
		      if (to === ESCAPE) {
		        // A pattern can not end on a lone backslash -- `checkPattern` has
		        //   already thrown it away -- so there is an upper bound to read.
		        to = pattern[index += 1];
		      }
		      // An out-of-order range matches nothing in git but is a syntax error in
		      //   JavaScript, so it is dropped.  Its lower bound stays: git tests it
		      //   as a plain member before it ever looks at the `-`, so `[c-a]` does
		      //   match `c`.
		      if (prev <= to) {
		        body += `-${escapeMember(to)}`;
		      }
		      prev = EMPTY;
		    } else if (char === '[' && pattern[index + 1] === ':') {
		      const nameStart = index + 2;
		      let end = nameStart;
		      while (end < length && pattern[end] !== ']') {
		        end ++;
		      }

		      if (end === length) {
		        return null
		      }

		      if (end > nameStart && pattern[end - 1] === ':') {
		        const name = pattern.slice(nameStart, end - 1);

		        // An unknown class name makes the whole pattern match nothing
		        if (!Object.prototype.hasOwnProperty.call(POSIX_CLASSES, name)) {
		          return null
		        }

		        body += POSIX_CLASSES[name];
		        prev = EMPTY;
		        index = end;
		      } else {
		        // No `:]` to close it, so the `[` is a plain member and scanning
		        //   resumes right after it.
		        body += escapeMember('[');
		        prev = '[';
		        index = nameStart - 2;
		      }
		    } else {
		      body += escapeMember(char);
		      prev = char;
		    }

		    index ++;

		    if (pattern[index] === ']') {
		      return {
		        end: index,
		        source: classSource(negated, body)
		      }
		    }
		  }
		};

		// An empty JavaScript class can never match, which is how a pattern that git
		//   gives up on (`WM_ABORT_ALL`) is expressed here.
		const NEVER_MATCH = '[]';

		// A NUL can appear in neither a `.gitignore` line nor a path, which makes it
		//   the one safe placeholder character.  A literal one in the pattern is
		//   held aside all the same, so a collision is impossible by construction.
		const PLACEHOLDER = '\u0000';
		const REGEX_RESTORE_PLACEHOLDER = new RegExp(
		  `${PLACEHOLDER}(\\d+)${PLACEHOLDER}`, 'g'
		);

		// The one wildcard the chain does not expand for itself is a trailing `*`. How
		//   it expands depends on the mode (`regex` vs `checkRegex`), so `_make` is
		//   left to do it, and until then the pending wildcard travels as this marker.
		//   That is what keeps it apart from a user-escaped literal `\*`: the unescape
		//   steps collapse the escaped one to the exact `\*` a wildcard would leave
		//   behind, so by the time `_make` runs the two are otherwise the same string
		//   and a literal star gets wrongly rewritten into a wildcard. The marker is a
		//   private-use character, and `extractBrackets` keeps one that came out of the
		//   pattern apart from it, so the only marker `_make` ever turns back into a
		//   real wildcard is the one this chain put there itself.
		const TRAILING_WILDCARD = '\uE000';

		// A trailing "/**" is deferred the same way, because `checkRegex` has to tell
		//   it apart from a trailing "/*" (see `checkSourceOf`). For `.ignores()` it
		//   still never matches the folder itself (#21).
		const TRAILING_DOUBLESTAR = '\uE001';

		// The three characters above mean something to the chain that builds the
		//   source rather than to the path, so one that came out of the pattern is
		//   held aside like a bracket expression instead of going straight out. Being
		//   held is what makes it safe: the restore runs after the step that anchors
		//   the source, so the character comes back in the middle of the source and
		//   not at its end, which is the one place `_make` and `checkSourceOf` look
		//   for a marker. Without it a pattern's own character lands where a pending
		//   marker sits, and `_make` turns it into a real trailing wildcard.
		//
		// It is held as a one-member class rather than bare, in both of the branches
		//   a reserved character can reach, so that the property can be
		//   read off this function alone -- a reserved character never goes out on
		//   its own -- rather than depending on where in the chain the restore
		//   happens to run. In the expression built here `[x]` matches exactly what
		//   `x` matches, none of the three being special to a regular expression or
		//   inside a class, so no test can tell the two apart: the class is insurance,
		//   and the paragraph above is the reason it is not needed.
		const isReserved = char =>
		  char === PLACEHOLDER
		  || char === TRAILING_WILDCARD
		  || char === TRAILING_DOUBLESTAR;

		// Replace every bracket expression with a placeholder the replacers below
		//   leave alone, and translate it separately.
		const extractBrackets = pattern => {
		  const sources = [];
		  const hold = source =>
		    `${PLACEHOLDER}${sources.push(source) - 1}${PLACEHOLDER}`;

		  const {length} = pattern;
		  let out = EMPTY;
		  let index = 0;

		  while (index < length) {
		    const char = pattern[index];

		    if (char === ESCAPE) {
		      // > Put a backslash ("\") in front of ... a character to make it literal.
		      //                                            (gitignore(5) -> fnmatch(3))
		      // A backslash quotes the next character, whatever it is, so `\d` is a
		      //   literal `d`, not the regex digit class, and `\?` is a literal `?`,
		      //   not a wildcard. Held aside as its literal here, the escape never
		      //   reaches the replacers below, which would otherwise let `\d`, `\b`,
		      //   `\1`, `\/` keep their regular-expression meaning, and would turn a
		      //   `\?` into `[^\/]`.
		      //
		      // Three escapes are still left for the chain: `\*` (a literal star,
		      //   told apart from a wildcard by `TRAILING_WILDCARD` and the wildcard
		      //   replacers), `\[` (a literal bracket, the one `[` the bracket
		      //   replacer still expects), and `\ ` (a quoted space, which one pass
		      //   below rewrites in bulk -- holding each one aside instead costs more
		      //   on a pattern built out of them). A lone trailing backslash can reach
		      //   here after line-ending cleanup.
		      //
		      // A quoted backslash is not among them. The chain doubles every
		      //   backslash, then takes the doubling back out again, and a quoted one
		      //   standing next to a character the chain also escapes left the two
		      //   counts sharing a run, so one of the escapes was lost. Held here as
		      //   the literal it means, it never joins that run.
		      const escaped = pattern[index + 1];

		      if (
		        escaped === UNDEFINED
		        || escaped === SLASH && index + 2 === length
		      ) {
		        // Git removes a final directory slash before matching. An escape
		        //   without a character after that removal makes the pattern invalid.
		        out += hold(NEVER_MATCH);
		      } else if (
		        escaped === '*'
		        || escaped === '['
		        || escaped === SPACE
		      ) {
		        out += pattern.slice(index, index + 2);
		      } else {
		        out += hold(
		          REGEX_LITERAL_SPECIAL.test(escaped)
		            ? ESCAPE + escaped
		            : isReserved(escaped)
		              ? `[${escaped}]`
		              : escaped
		        );
		      }

		      index += 2;
		    } else if (isReserved(char)) {
		      out += hold(`[${char}]`);
		      index ++;
		    } else if (char === '[') {
		      const scanned = scanBracket(pattern, index);

		      if (scanned === null) {
		        // git gives up on the whole pattern (`WM_ABORT_ALL`), so whatever
		        //   follows can not make it match either.
		        out += hold(NEVER_MATCH);
		        index = length;
		      } else {
		        out += hold(scanned.source);
		        index = scanned.end + 1;
		      }
		    } else {
		      out += char;
		      index ++;
		    }
		  }

		  return {
		    source: out,
		    sources
		  }
		};

		// A step of the chain below is normally a `[matcher, replacer]` pair handed
		//   to `String.replace`. `DIRECT` marks the ones that are plain string work
		//   instead, and take `(source, pattern)`.
		//
		// Anchoring the two ends is exactly that -- a test of one character and a
		//   concatenation -- and putting it through the regular expression engine
		//   cost a third of this chain for nothing: 167ns where 10ns does the same
		//   job. The two are still steps in the same list, in the same places,
		//   because their position in the order is part of what they mean.
		const DIRECT = null;

		// A separator at the beginning or in the middle of a pattern, as opposed to
		//   one at the very end.
		const REGEX_INNER_SLASH = /\/(?!$)/;

		// > If the pattern ends with a slash,
		// > it is removed for the purpose of the following description,
		// > but it would only find a match with a directory.
		// > In other words, foo/ will match a directory foo and paths underneath it,
		// > but will not match a regular file or a symbolic link foo
		// >  (this is consistent with the way how pathspec works in general in Git).
		// '`foo/`' will not match regular file '`foo`' or symbolic link '`foo`'
		// -> ignore-rules will not deal with it, because it costs extra `fs.stat` call
		//      you could use option `mark: true` with `glob`

		// '`foo/`' should not continue with the '`..`'
		// The chain that turns one gitignore pattern into a regular expression
		//   source, in order. A step is either
		//
		//   [matcher, replacer]            handed to `String.replace`
		//   [matcher, replacer, required]  the same, but skipped outright unless
		//                                    `required` appears in the string, which
		//                                    the matcher cannot match without
		//   [DIRECT, transform]            plain string work, taking (source, pattern)
		//
		// The `required` character is only ever a shortcut: finding it does not mean
		//   the matcher will match, and not finding it means it cannot. It is there
		//   because scanning for one character costs a fraction of running a matcher
		//   that then finds nothing -- for the wildcard step, whose `[^\\]+`
		//   backtracks its way through the whole string before giving up, 11ns
		//   against 400ns.
		const REPLACERS = [

		  // Replace (\ ) with ' '
		  // Only a space: an escaped tab or other whitespace is already a literal by
		  //   the time it reaches here, and a bare tab must be left as one, not turned
		  //   into a space.
		  // (\ ) -> ' '
		  // (\\ ) -> '\\ '
		  // (\\\ ) -> '\\ '
		  [
		    // A run of backslashes is taken whole, from its first one, so no match
		    //   ever starts again inside it -- `(\\+?) ` did, which made a long run
		    //   quadratic.
		    /(\\+)( ?)/g,
		    (_, run, space) => space
		      ? run.slice(0, run.length - run.length % 2) + SPACE
		      : run,
		    ESCAPE + SPACE
		  ],

		  // git's wildmatch() reads a run of two or more asterisks as one globstar
		  //   whenever the run fills a path segment: it starts the pattern or follows
		  //   a `/`, and it ends the pattern or comes before a `/`. A run of two is
		  //   already `**`; a longer one is folded into `**` here, so the steps
		  //   below only ever have to know `**`.
		  // `***/foo` -> `**/foo`, `a/***/b` -> `a/**/b`, `a/***` -> `a/**`
		  // git also takes a run beside a literal prefix (`a***/b`) or beside an
		  //   escaped slash (`***\/b`) as a globstar, and this does not; the README
		  //   lists both, under "A run of asterisks".
		  [
		    /(^|\/)\*{3,}(?=\/|$)/g,
		    (_, start) => `${start}**`,
		    '*'
		  ],

		  // Escape metacharacters
		  // which is written down by users but means special for regular expressions.

		  // > There are 12 characters with special meanings:
		  // > - the backslash \,
		  // > - the caret ^,
		  // > - the dollar sign $,
		  // > - the period or dot .,
		  // > - the vertical bar or pipe symbol |,
		  // > - the question mark ?,
		  // > - the asterisk or star *,
		  // > - the plus sign +,
		  // > - the opening parenthesis (,
		  // > - the closing parenthesis ),
		  // > - and the opening square bracket [,
		  // > - the opening curly brace {,
		  // > These special characters are often called "metacharacters".
		  [
		    /[\\$.|*+(){^]/g,
		    match => `\\${match}`
		  ],

		  [
		    // > a question mark (?) matches a single character
		    /(?!\\)\?/g,
		    () => '[^/]',
		    '?'
		  ],

		  // leading slash
		  [

		    // > A leading slash matches the beginning of the pathname.
		    // > For example, "/*.c" matches "cat-file.c" but not "mozilla-sha1/sha1.c".
		    // A leading slash matches the beginning of the pathname
		    /^\//,
		    () => '^',
		    SLASH
		  ],

		  // replace special metacharacter slash after the leading slash
		  [
		    /\//g,
		    () => '\\/',
		    SLASH
		  ],

		  [
		    // > A leading "**" followed by a slash means match in all directories.
		    // > For example, "**/foo" matches file or directory "foo" anywhere,
		    // > the same as pattern "foo".
		    // > "**/foo/bar" matches file or directory "bar" anywhere that is directly
		    // >   under directory "foo".
		    // Notice that the '*'s have been replaced as '\\*'
		    /^\^*(?:\\\*\\\*\\\/)+/,

		    // '**/foo' <-> 'foo'
		    () => '^(?:.*\\/)?',
		    '*'
		  ],

		  // starting
		  [
		    // there will be no leading '/'
		    //   (which has been replaced by section "leading slash")
		    // If starts with '**', adding a '^' to the regular expression also works
		    DIRECT,
		    (source, pattern) => {
		      // Nothing to anchor to, or already anchored
		      if (!source || source[0] === '^') {
		        return source
		      }

		      // If has a slash `/` at the beginning or middle
		      const anchor = !REGEX_INNER_SLASH.test(pattern)
		        // > Prior to 2.22.1
		        // > If the pattern does not contain a slash /,
		        // >   Git treats it as a shell glob pattern
		        // Actually, if there is only a trailing slash,
		        //   git also treats it as a shell glob pattern

		        // After 2.22.1 (compatible but clearer)
		        // > If there is a separator at the beginning or middle (or both)
		        // > of the pattern, then the pattern is relative to the directory
		        // > level of the particular .gitignore file itself.
		        // > Otherwise the pattern may also match at any level below
		        // > the .gitignore level.
		        ? '(?:^|\\/)'

		        // > Otherwise, Git treats the pattern as a shell glob suitable for
		        // >   consumption by fnmatch(3)
		        : '^';

		      return anchor + source
		    }
		  ],

		  // two globstars
		  [
		    // Use lookahead assertions so that we could match more than one `'/**'`
		    /\\\/\\\*\\\*(?=\\\/|$)/g,

		    // Zero, one or several directories
		    // should not use '*', or it will be replaced by the next replacer

		    // Check if it is not the last `'/**'`
		    (_, index, str) => index + 6 < str.length

		      // case: /**/ at the end of the pattern, i.e. a trailing `'/**/'`
		      // > A trailing `"/**/"` (a trailing `"/**"` restricted to directories)
		      // >   matches everything inside, but it should not match the current
		      // >   folder itself, so it requires at least one directory segment.
		      // 'a/**/' matches 'a/b/', 'a/x/y/' but not 'a/'
		      ? str.slice(index + 6) === '\\/'
		        ? '(?:\\/[^\\/]+)+'

		        // case: /**/
		        // > A slash followed by two consecutive asterisks then a slash matches
		        // >   zero or more directories.
		        // > For example, "a/**/b" matches "a/b", "a/x/b", "a/x/y/b" and so on.
		        // '/**/'
		        : '(?:\\/[^\\/]+)*'

		      // case: /**
		      // > A trailing `"/**"` matches everything inside.

		      // #21: everything inside but it should not include the current folder,
		      //   resolved by `_make`
		      : `\\/${TRAILING_DOUBLESTAR}`,
		    '*'
		  ],

		  // normal intermediate wildcards
		  [
		    // Never replace escaped '*'
		    // ignore rule '\*' will match the path '*'

		    // 'abc.*/' -> go
		    // 'abc.*'  -> skip this rule,
		    //    coz trailing single wildcard will be handed by [trailing wildcard]
		    /(^|[^\\]+)(\\\*)+(?=.+)/g,

		    // '*.js' matches '.js'
		    // '*.js' doesn't match 'abc'
		    (_, p1, p2) => {
		      // 1.
		      // > An asterisk "*" matches anything except a slash.
		      // 2.
		      // > Other consecutive asterisks are considered regular asterisks
		      // > and will match according to the previous rules.
		      const unescaped = p2.replace(/\\\*/g, '[^\\/]*');
		      return p1 + unescaped
		    },
		    '*'
		  ],

		  // trailing wildcard, held apart from a literal star
		  [
		    // The step above leaves a trailing `*` alone, so a single `\*` is all that
		    //   can be left at the end here, and what stands in front of it says which
		    //   kind it is. A wildcard arrives as the escaper wrote it, `\*` with
		    //   nothing before it; a literal arrives as the user's own escape, which
		    //   the escaper doubled, and then the star's own -- `\\` and then `\*`.
		    //   There is no third case: every backslash still reaching the chain is
		    //   one `\*`, `\[` or `\ ` carries itself, and each is followed by its
		    //   own character, so a longer run can never form. This runs while the
		    //   two are still distinct, before the unescape steps below collapse the
		    //   literal onto the very `\*` a wildcard leaves behind.
		    /(^|[^\\])((?:\\\\)*)\\\*$/,

		    (match, p1, p2) =>
		      p2 === EMPTY
		        // A real wildcard: carry it to `_make` as the marker, so the unescape
		        //   steps and the trailing-wildcard rewrite can never mistake it for a
		        //   literal `\*` (nor the reverse).
		        ? p1 + TRAILING_WILDCARD
		        // A literal star: leave it exactly as it stands for the unescape steps.
		        : match,
		    '*'
		  ],

		  [
		    // unescape, revert step 3 except for back slash
		    // For example, if a user escape a '\\*',
		    // after step 3, the result will be '\\\\\\*'
		    /\\\\\\(?=[$.|*+(){^])/g,
		    () => ESCAPE,
		    ESCAPE + ESCAPE
		  ],

		  [
		    // '\\\\' -> '\\'
		    /\\\\/g,
		    () => ESCAPE,
		    ESCAPE + ESCAPE
		  ],

		  [
		    // Every real bracket expression -- POSIX classes included -- has already
		    //   been held aside by `extractBrackets`, so the only `[` left in the
		    //   pattern is an escaped, literal one.

		    // A backslash could only stand at the end of the range if it quoted the
		    //   `]`, and `\]` is held aside long before this.
		    /\\\[([^\]/]*?)($|\])/g,

		    // '\\[bar]' -> '\\\\[bar]'
		    (match, range, close) => `\\[${range}${close}`,
		    '['
		  ],

		  // ending
		  [
		    // 'js' will not match 'js.'
		    // 'ab' will not match 'abc'
		    DIRECT,

		    // WTF!
		    // https://git-scm.com/docs/gitignore
		    // changes in [2.22.1](https://git-scm.com/docs/gitignore/2.22.1)
		    // which re-fixes #24, #38

		    // > If there is a separator at the end of the pattern then the pattern
		    // > will only match directories, otherwise the pattern can match both
		    // > files and directories.

		    // 'js*' will not match 'a.js'
		    // 'js/' will not match 'a.js'
		    // 'js' will match 'a.js' and 'a.js/'
		    source => {
		      const last = source[source.length - 1];

		      // The pattern is empty, or ends in a pending marker `_make` owns --
		      //   the trailing wildcard, or a trailing "/**". A trailing `*` that is
		      //   not the marker is a literal star, which anchors like any other
		      //   final character.
		      if (!last || last === TRAILING_WILDCARD || last === TRAILING_DOUBLESTAR) {
		        return source
		      }

		      return last === SLASH
		        // foo/ will not match 'foo'
		        ? `${source}$`
		        // foo matches 'foo' and 'foo/'
		        : `${source}(?=$|\\/$)`
		    }
		  ]
		];

		const REGEX_REPLACE_TRAILING_WILDCARD = /(^|\\\/)?\uE000$/;
		const MODE_IGNORE = 'regex';
		const MODE_CHECK_IGNORE = 'checkRegex';
		const UNDERSCORE = '_';

		const replaceTrailingWildcard = (_, p1) => {
		  const prefix = p1
		    // '\^':
		    // '/*' does not match EMPTY
		    // '/*' does not match everything

		    // '\\\/':
		    // 'abc/*' does not match 'abc/'
		    ? `${p1}[^/]+`

		    // 'a*' matches 'a'
		    // 'a*' matches 'aa'
		    : '[^/]*';

		  return `${prefix}(?=$|\\/$)`
		};

		const REGEX_REPLACE_TRAILING_DOUBLESTAR = /\uE001$/;

		// 'abc/**' matches everything under 'abc', but not 'abc/' itself (#21)
		const replaceTrailingDoublestar = () => '.+(?=$|\\/$)';

		const WILDCARD = '[^\\/]*';

		// The fixed piece between the wildcard at `at` and the next wildcard of the
		//   run: the tokens that separate them, joined as they appear in the source.
		//   A run never holds two wildcards in a row, so there is always at least one
		//   token.
		const separatorAfter = (run, at) => {
		  let separator = EMPTY;

		  for (let index = at + 1; index < run.length && !run[index].wildcard; index ++) {
		    separator += run[index].single;
		  }

		  return separator
		};

		// Where a run of non-slash wildcards is split by fixed pieces --
		//   `[^/]*ab[^/]*cd...` -- the engine has many equivalent ways to lay the
		//   input across the wildcards, and on input that does not match it works
		//   through all of them, so the time grows with the number of wildcards
		//   rather than the length of the path. Every wildcard but the last in such a
		//   run can be pinned to stop where the piece after it begins, which leaves
		//   one way to lay out the input and no rewinding, without changing which
		//   paths match: the fixed pieces still bound the count, and the last
		//   wildcard still absorbs the rest.
		//
		// A wildcard is pinned to the whole piece, never to the piece's first
		//   character. The pin leaves no way back, so a wildcard that stopped at that
		//   first character would hand over wherever the character happens to turn
		//   up, including the places the rest of the piece cannot follow -- which is
		//   how `f*o/*/*` came to miss `foo/b/c`, the first `o` of `foo` not being
		//   the one the `o/` after it needs. Every token of a piece matches exactly
		//   one character, so the first place the whole piece fits is the leftmost
		//   place it can sit, and whatever is left over goes to the wildcards that
		//   follow.
		//
		// The source is read one token at a time -- a wildcard, a single-character
		//   piece (a literal, an escape, a class), or a parenthesised group or anchor
		//   that ends the run -- so only a genuine wildcard is touched.
		const pinWildcards = source => {
		  if (source.indexOf(WILDCARD) < 0) {
		    return source
		  }

		  const tokens = [];
		  const {length} = source;
		  let index = 0;

		  while (index < length) {
		    const char = source[index];

		    if (source.startsWith(WILDCARD, index)) {
		      tokens.push({wildcard: true});
		      index += WILDCARD.length;
		    } else if (char === '[') {
		      let end = index + 1;

		      if (source[end] === '^') {
		        end ++;
		      }

		      if (source[end] === ']') {
		        end ++;
		      }

		      while (end < length && source[end] !== ']') {
		        end += source[end] === ESCAPE
		          ? 2
		          : 1;
		      }

		      end ++;
		      tokens.push({single: source.slice(index, end)});
		      index = end;
		    } else if (char === ESCAPE) {
		      tokens.push({single: source.slice(index, index + 2)});
		      index += 2;
		    } else if (char === '(') {
		      let depth = 0;
		      let end = index;

		      do {
		        if (source[end] === ESCAPE) {
		          end ++;
		        } else if (source[end] === '(') {
		          depth ++;
		        } else if (source[end] === ')') {
		          depth --;
		        }

		        end ++;
		      } while (end < length && depth > 0)

		      if ('*+?'.indexOf(source[end]) >= 0) {
		        end ++;
		      }

		      tokens.push({boundary: source.slice(index, end)});
		      index = end;
		    } else if (char === '^' || char === '$') {
		      tokens.push({boundary: char});
		      index ++;
		    } else {
		      tokens.push({single: char});
		      index ++;
		    }
		  }

		  let out = EMPTY;
		  let run = [];

		  const flush = () => {
		    let lastWildcard;

		    run.forEach((token, at) => {
		      if (token.wildcard) {
		        lastWildcard = at;
		      }
		    });

		    run.forEach((token, at) => {
		      if (!token.wildcard) {
		        out += token.single;
		        return
		      }

		      // Every wildcard but the last is pinned to the whole piece that
		      //   follows it, for the reason set out above this function. The last
		      //   one stays as it is and takes up the rest.
		      out += at === lastWildcard
		        ? WILDCARD
		        : `(?:(?!${separatorAfter(run, at)})[^\\/])*`;
		    });

		    run = [];
		  };

		  tokens.forEach(token => {
		    if (token.boundary === undefined) {
		      run.push(token);
		      return
		    }

		    flush();
		    out += token.boundary;
		  });

		  flush();

		  return out
		};

		// @param {pattern}
		const makeRegexPrefix = pattern => {
		  // `/**` matches every path, as `**` does. The translation below only finds
		  //   a globstar beside a slash it keeps, and the leading one is turned into
		  //   an anchor, so `/**` would come out as `/*` and match one level only.
		  //   Here rather than in `createRule`, so that `checkSourceOf`, which
		  //   compiles `/**/` again without its trailing slash, gets it too.
		  if (REGEX_ANCHORED_GLOBSTAR.test(pattern)) {
		    pattern = '**';
		  }

		  const {source, sources} = extractBrackets(pattern);

		  const replaced = REPLACERS.reduce(
		    // A pass whose matcher finds nothing hands back the very string it was
		    //   given, so asking first costs a search and saves a rewrite. Ten of the
		    //   fifteen passes never fire for a typical .gitignore line, and between
		    //   them they were 45% of this chain.
		    (prev, [matcher, replacer, required]) => {
		      if (matcher === DIRECT) {
		        return replacer(prev, pattern)
		      }

		      if (required !== UNDEFINED && prev.indexOf(required) < 0) {
		        return prev
		      }

		      // A pass whose matcher finds nothing hands back the very string it was
		      //   given, so asking first costs a search and saves a rewrite.
		      return matcher.test(prev)
		        ? prev.replace(matcher, replacer.bind(pattern))
		        : prev
		    },
		    source
		  );

		  // Most patterns hold no bracket expression at all, and then there is
		  //   nothing to put back.
		  return sources.length
		    ? replaced.replace(
		      REGEX_RESTORE_PLACEHOLDER,
		      (match, index) => sources[index]
		    )
		    : replaced
		};

		// `checkRegex` tests a path with a trailing slash, 'abc/', the way
		//   `git check-ignore` matches that literal string once the directory itself
		//   is known not to be excluded (see `checkIgnore`): a trailing '/' of the
		//   pattern is dropped, a basename pattern sees an empty basename, and only a
		//   pattern whose last segment is a pending wildcard can match what is left
		//   after the final slash -- 'abc/*' and 'abc/**' match 'abc/', and 'abc/**'
		//   also matches 'abc/d/' (#77, #169).
		const checkSourceOf = (body, prefix) => {
		  if (body[body.length - 1] === SLASH) {
		    prefix = makeRegexPrefix(body.slice(0, -1));
		  }

		  const head = prefix.slice(0, -1);
		  const last = prefix[prefix.length - 1];

		  return last === TRAILING_WILDCARD
		    ? `${head}$`
		    : last === TRAILING_DOUBLESTAR
		      ? `${head}.*$`
		      : NEVER_MATCH
		};

		// A trailing slash does not stop a pattern being basename-only: it restricts
		//   the match to a directory, it does not let the pattern reach across one.
		//   Everything else a pattern can hold -- a wildcard, a character class, an
		//   escape -- stays inside a single path segment too, so a pattern with no
		//   separator in it can only ever describe the last one.
		const matchesBasename = body => {
		  const index = body.indexOf(SLASH);

		  return index < 0 || index === body.length - 1
		};

		// The last segment of a path, keeping a trailing slash, because a pattern that
		//   ends in one matches only a directory.
		// 'a/b/c.js' -> 'c.js';  'a/b/' -> 'b/';  'c.js' -> 'c.js' (no copy made)
		const basenameOf = path => {
		  const end = path.length - 1;

		  const index = path.lastIndexOf(
		    SLASH,
		    path[end] === SLASH
		      ? end - 1
		      : end
		  );

		  return index < 0
		    ? path
		    : path.slice(index + 1)
		};

		// The parent directory of a path, with its trailing separator, or EMPTY when
		//   the path has none.
		// 'a/b/c' -> 'a/b/';  'a/b/' -> 'a/';  'a' -> EMPTY;  'a/' -> EMPTY
		//
		// A path holding an empty segment has to be taken apart, because its
		//   ancestors are not prefixes of it: the parent of 'a//b' is 'a/', not
		//   'a//', and the parent of '/a/' is nothing at all. Both shapes reach here
		//   -- 'a//b' is accepted outright, and `checkIgnore` does not put the path
		//   it is given through the relative-path check.
		//
		// Every other path is a prefix of itself, and cutting one costs a fraction of
		//   splitting it into an array and joining that back at every level: 73ns
		//   against 207ns.
		const parentOf = path => {
		  if (
		    path.charCodeAt(0) === SLASH_CODE
		    || path.indexOf(DOUBLE_SLASH) >= 0
		  ) {
		    const slices = path.split(SLASH).filter(Boolean);

		    slices.pop();

		    return slices.length
		      ? slices.join(SLASH) + SLASH
		      : EMPTY
		  }

		  const end = path.length - 1;

		  // Look back from before a trailing separator, since that one belongs to the
		  //   path itself.
		  //
		  // A negative place to start would be a trap here: `lastIndexOf` clamps one
		  //   to 0 and searches there rather than reporting no match, so '/' would
		  //   come back as its own parent and the walk would never end. It cannot
		  //   happen -- that is the only path short enough to produce one, and the
		  //   test above has already sent it the other way.
		  const cut = path.lastIndexOf(
		    SLASH,
		    path.charCodeAt(end) === SLASH_CODE
		      ? end - 1
		      : end
		  );

		  return cut < 0
		    ? EMPTY
		    : path.slice(0, cut + 1)
		};

		const isString = subject => typeof subject === 'string';

		// Blank lines and comments are told by `createRule`, once the pattern is
		//   normalized.
		const checkPattern = pattern => pattern
		  && isString(pattern)
		  && !REGEX_INVALID_TRAILING_BACKSLASH.test(pattern);

		const splitPattern = pattern => pattern
		.split(REGEX_SPLITALL_CRLF)
		.filter(Boolean);

		class IgnoreRule {
		  constructor (
		    pattern,
		    mark,
		    body,
		    ignoreCase,
		    negative,
		    prefix
		  ) {
		    this.pattern = pattern;
		    this.mark = mark;
		    this.negative = negative;

		    define(this, 'body', body);
		    define(this, 'ignoreCase', ignoreCase);
		    define(this, 'regexPrefix', prefix);
		  }

		  // Worked out on first use and kept behind an own property, the way `regex`
		  //   caches itself in `_regex`. Deciding it in the constructor instead would
		  //   add a fourth `defineProperty` to every rule ever built, which cost 4% of
		  //   every compile -- including the compiles of rules that are never matched
		  //   against anything.
		  get _basenameOnly () {
		    return define(this, '_basenameOnly', matchesBasename(this.body))
		  }

		  get regex () {
		    const key = UNDERSCORE + MODE_IGNORE;

		    if (this[key]) {
		      return this[key]
		    }

		    return this._make(MODE_IGNORE, key)
		  }

		  get checkRegex () {
		    const key = UNDERSCORE + MODE_CHECK_IGNORE;

		    if (this[key]) {
		      return this[key]
		    }

		    return this._make(MODE_CHECK_IGNORE, key)
		  }

		  _make (mode, key) {
		    const str = pinWildcards(
		      mode === MODE_IGNORE
		        ? this.regexPrefix
		        .replace(REGEX_REPLACE_TRAILING_WILDCARD, replaceTrailingWildcard)
		        .replace(REGEX_REPLACE_TRAILING_DOUBLESTAR, replaceTrailingDoublestar)
		        : checkSourceOf(this.body, this.regexPrefix)
		    );

		    const regex = this.ignoreCase
		      ? new RegExp(str, 'i')
		      : new RegExp(str);

		    return define(this, key, regex)
		  }
		}

		const isLineEnd = char => char === '\r' || char === '\n';

		// Drop a line terminator, which can remain when patterns are passed as an
		//   array, and then the trailing spaces. Git trims spaces only, and a space
		//   escaped by an odd run of backslashes stays, unescaped, as the last one.
		// Scanned from the end: a regular expression can only try each start in
		//   turn, which is quadratic over a long run of spaces or backslashes.
		// 'a  ' -> 'a';  'a\ ' -> 'a ';  'a\\ ' -> 'a\\';  'a\t' -> 'a\t'
		const trimEnd = body => {
		  let end = body.length;

		  while (end && isLineEnd(body[end - 1])) {
		    end --;
		  }

		  const lineEnd = end;

		  while (end && body[end - 1] === SPACE) {
		    end --;
		  }

		  if (end === lineEnd) {
		    return body.slice(0, end)
		  }

		  let backslashes = 0;

		  while (backslashes < end && body[end - backslashes - 1] === ESCAPE) {
		    backslashes ++;
		  }

		  return backslashes % 2
		    ? body.slice(0, end - 1) + SPACE
		    : body.slice(0, end)
		};

		const createRule = ({
		  pattern,
		  mark
		}, ignoreCase) => {
		  // Git drops a BOM before it reads the first line, so before anything else.
		  let body = pattern[0] === BOM
		    ? pattern.slice(1)
		    : pattern;

		  // > A line starting with # serves as a comment.
		  if (body[0] === '#') {
		    return
		  }

		  let negative = false;

		  // > An optional prefix "!" which negates the pattern;
		  if (body[0] === '!') {
		    negative = true;
		    body = body.slice(1);
		  }

		  // Normalize the body before checking which slashes anchor the pattern.
		  //   Otherwise `bar/ ` is mistaken for a pattern containing an inner slash.
		  //   Only a body ending in a space or a line terminator has anything to trim.
		  const last = body[body.length - 1];

		  if (last === SPACE || last === '\r' || last === '\n') {
		    body = trimEnd(body);
		  }

		  // > A blank line matches no files, so it can serve as a separator for
		  // >   readability.
		  // Nor does a lone "!", or anything else left empty here: an empty pattern
		  //   would compile to a regex matching every path.
		  if (!body) {
		    return
		  }

		  body = body
		  // > Put a backslash ("\") in front of the first "!" for patterns that
		  // >   begin with a literal "!", for example, `"\!important!.txt"`.
		  .replace(REGEX_REPLACE_LEADING_EXCAPED_EXCLAMATION, '!')
		  // > Put a backslash ("\") in front of the first hash for patterns that
		  // >   begin with a hash.
		  .replace(REGEX_REPLACE_LEADING_EXCAPED_HASH, '#');

		  const regexPrefix = makeRegexPrefix(body);

		  return new IgnoreRule(
		    pattern,
		    mark,
		    body,
		    ignoreCase,
		    negative,
		    regexPrefix
		  )
		};

		class RuleManager {
		  constructor (ignoreCase) {
		    this._ignoreCase = ignoreCase;
		    this._rules = [];

		    // How many of the rules git would tag `EXC_FLAG_NODIR`.
		    //
		    // The scan uses it to decide, once for the whole set, whether handing
		    //   those rules the basename is worth what it costs the others. The
		    //   shortcut saves a full-path scan on every rule it applies to and costs
		    //   a check on every rule it does not, so a set where almost nothing is
		    //   basename-only comes out behind -- a 955 pattern set with 44 of them
		    //   measured 19% slower with the shortcut always on.
		    //
		    // Deciding this by measurement rather than by meaning is safe: a
		    //   basename-only pattern gives the very same answer against the whole
		    //   path, it just takes longer to say so. The choice can only change how
		    //   fast the scan runs, never what it returns.
		    this._basenameCount = 0;
		  }

		  _add (pattern) {
		    // #32
		    if (pattern && pattern[KEY_IGNORE]) {
		      this._rules = this._rules.concat(pattern._rules._rules);
		      this._basenameCount += pattern._rules._basenameCount;
		      this._added = true;
		      return
		    }

		    if (isString(pattern)) {
		      pattern = {
		        pattern
		      };
		    }

		    const rule = checkPattern(pattern.pattern)
		      && createRule(pattern, this._ignoreCase);

		    if (rule) {
		      this._added = true;
		      this._rules.push(rule);

		      // Deliberately not `rule._basenameOnly`: reading that would materialise
		      //   the rule's own copy, and the whole point of leaving it lazy is that
		      //   a rule which is compiled and never matched never pays for it.
		      if (matchesBasename(rule.body)) {
		        this._basenameCount ++;
		      }
		    }
		  }

		  // @param {Array<string> | string | Ignore} pattern
		  add (pattern) {
		    this._added = false;

		    makeArray(
		      isString(pattern)
		        ? splitPattern(pattern)
		        : pattern
		    ).forEach(this._add, this);

		    if (this._added) {
		      this._literalRules = UNDEFINED;
		    }

		    return this._added
		  }

		  // Match the literal 'abc/' for `checkIgnore`, last rule wins. Only a rule
		  //   ending in a wildcard can match it (see `checkSourceOf`), so the rest
		  //   are left out once, rather than tested or compiled for every path.
		  testLiteral (path) {
		    const rules = this._literalRules || (
		      this._literalRules = this._rules.filter(
		        ({body}) => body[body.length - (
		          body[body.length - 1] === SLASH ? 2 : 1
		        )] === '*'
		      )
		    );

		    let ignored = false;
		    let unignored = false;
		    let matchedRule;

		    for (let index = rules.length - 1; index >= 0; index --) {
		      const rule = rules[index];

		      if (rule.checkRegex.test(path)) {
		        ignored = !rule.negative;
		        unignored = rule.negative;
		        matchedRule = rule.negative
		          ? UNDEFINED
		          : rule;
		        break
		      }
		    }

		    const ret = {
		      ignored,
		      unignored
		    };

		    if (matchedRule) {
		      ret.rule = matchedRule;
		    }

		    return ret
		  }

		  // Test one single path without recursively checking parent directories
		  //
		  // - mode `string` either `MODE_IGNORE` or `MODE_CHECK_IGNORE`

		  // @returns {TestResult}
		  test (path, mode) {
		    // Most of a .gitignore is patterns with no slash in them, and running
		    //   those against the whole path makes the regular expression engine walk
		    //   every directory name on the way to the only segment that could match.
		    //   Handing them the basename instead is what git does, and it is where
		    //   the time in a directory walk goes: the rule scan was two thirds of it.
		    const rules = this._rules;
		    const {length} = rules;

		    const shortcut = this._basenameCount * 2 >= length;

		    const basename = shortcut
		      ? basenameOf(path)
		      : path;

		    // The last rule to match decides, as in git, and it is the rule
		    //   `git check-ignore -v` reports, so the scan runs from the end and stops
		    //   at the first match.
		    // A plain loop rather than `forEach`, so that `path`, `basename` and
		    //   `shortcut` are locals. As a callback they became closure variables,
		    //   and reaching for one of those once per rule cost 10% of a scan over a
		    //   large rule set -- more than the shortcut they were there to serve.
		    for (let index = length - 1; index >= 0; index --) {
		      const rule = rules[index];

		      if (rule[mode].test(
		        shortcut && rule._basenameOnly
		          ? basename
		          : path
		      )) {
		        const {negative} = rule;

		        const ret = {
		          ignored: !negative,
		          unignored: negative
		        };

		        if (!negative) {
		          ret.rule = rule;
		        }

		        return ret
		      }
		    }

		    return {
		      ignored: false,
		      unignored: false
		    }
		  }
		}

		const throwError = (message, Ctor) => {
		  throw new Ctor(message)
		};

		const checkPath = (path, originalPath, doThrow) => {
		  if (!isString(path)) {
		    return doThrow(
		      `path must be a string, but got \`${originalPath}\``,
		      TypeError
		    )
		  }

		  // We don't know if we should ignore EMPTY, so throw
		  if (!path) {
		    return doThrow(`path must not be empty`, TypeError)
		  }

		  // Check if it is a relative path
		  if (checkPath.isNotRelative(path)) {
		    const r = '`path.relative()`d';
		    return doThrow(
		      `path should be a ${r} string, but got "${originalPath}"`,
		      RangeError
		    )
		  }

		  return true
		};

		// > pathname should be a `path.relative()`d one
		//
		// The same thing `REGEX_TEST_INVALID_PATH` says, spelled out: a path is not
		//   relative if it begins with a separator, or with `./` or `../`, or is
		//   nothing but `.` or `..`. Every match is decided by the first three
		//   characters, and this runs on every path handed to the library -- where it
		//   was 55% of a cached lookup, more than the cache lookup itself.
		const isNotRelative = path => {
		  const first = path.charCodeAt(0);

		  if (first === SLASH_CODE) {
		    return true
		  }

		  if (first !== DOT_CODE) {
		    return false
		  }

		  // '.'
		  if (path.length === 1) {
		    return true
		  }

		  const second = path.charCodeAt(1);

		  // './'
		  if (second === SLASH_CODE) {
		    return true
		  }

		  if (second !== DOT_CODE) {
		    return false
		  }

		  // '..' or '../'
		  return path.length === 2 || path.charCodeAt(2) === SLASH_CODE
		};

		checkPath.isNotRelative = isNotRelative;

		// On windows, the following function will be replaced
		/* istanbul ignore next */
		checkPath.convert = p => p;


		class Ignore {
		  constructor ({
		    ignorecase = true,
		    ignoreCase = ignorecase,
		    allowRelativePaths = false
		  } = {}) {
		    define(this, KEY_IGNORE, true);

		    this._rules = new RuleManager(ignoreCase);
		    this._strictPathCheck = !allowRelativePaths;
		    this._initCache();
		  }

		  _initCache () {
		    // A cache for the result of `.ignores()`
		    this._ignoreCache = Object.create(null);

		    // A cache for the result of `.test()`
		    this._testCache = Object.create(null);
		  }

		  add (pattern) {
		    if (this._rules.add(pattern)) {
		      // Some rules have just added to the ignore,
		      //   making the behavior changed,
		      //   so we need to re-initialize the result cache
		      this._initCache();
		    }

		    return this
		  }

		  // legacy
		  addPattern (pattern) {
		    return this.add(pattern)
		  }

		  // @returns {TestResult}
		  _test (originalPath, cache) {
		    const path = originalPath
		      // Supports nullable path
		      && checkPath.convert(originalPath);

		    checkPath(
		      path,
		      originalPath,
		      this._strictPathCheck
		        ? throwError
		        : RETURN_FALSE
		    );

		    return this._t(path, cache)
		  }

		  checkIgnore (path) {
		    // If the path doest not end with a slash, `.ignores()` is much equivalent
		    //   to `git check-ignore`
		    if (path.charCodeAt(path.length - 1) !== SLASH_CODE) {
		      return this.test(path)
		    }

		    // Like `git check-ignore`: a directory excluded by itself or by an
		    //   ancestor settles it, and only then is the literal 'abc/' matched
		    //   against the rules (see `checkSourceOf`).
		    const dir = this._t(path, this._testCache);

		    if (dir.ignored) {
		      return dir
		    }

		    const literal = this._rules.testLiteral(path);

		    return literal.ignored || literal.unignored
		      ? literal
		      : dir
		  }

		  _t (
		    // The path to be tested
		    path,

		    // The cache for the result of a certain checking
		    cache
		  ) {
		    if (path in cache) {
		      return cache[path]
		    }

		    const parentPath = parentOf(path);

		    // If the path contains a parent directory, check the parent first
		    const parent = parentPath
		      ? this._t(parentPath, cache)
		      : UNDEFINED;

		    return cache[path] = parent && parent.ignored
		      // > It is not possible to re-include a file if a parent directory of
		      // >   that file is excluded.
		      ? parent
		      : this._rules.test(path, MODE_IGNORE)
		  }

		  ignores (path) {
		    return this._test(path, this._ignoreCache).ignored
		  }

		  createFilter () {
		    return path => !this.ignores(path)
		  }

		  filter (paths) {
		    return makeArray(paths).filter(this.createFilter())
		  }

		  // @returns {TestResult}
		  test (path) {
		    return this._test(path, this._testCache)
		  }
		}

		const factory = options => new Ignore(options);

		const isPathValid = path =>
		  checkPath(path && checkPath.convert(path), path, RETURN_FALSE);

		/* istanbul ignore next */
		const setupWindows = () => {
		  /* eslint no-control-regex: "off" */
		  const makePosix = str => /^\\\\\?\\/.test(str)
		  || /["<>|\u0000-\u001F]+/u.test(str)
		    ? str
		    : str.replace(/\\/g, '/');

		  checkPath.convert = makePosix;

		  // 'C:\\foo'     <- 'C:\\foo' has been converted to 'C:/'
		  // 'd:\\foo'
		  const REGEX_TEST_WINDOWS_PATH_ABSOLUTE = /^[a-z]:\//i;
		  checkPath.isNotRelative = path =>
		    REGEX_TEST_WINDOWS_PATH_ABSOLUTE.test(path)
		    || isNotRelative(path);
		};


		// Windows
		// --------------------------------------------------------------
		/* istanbul ignore next */
		if (
		  // Detect `process` so that it can run in browsers.
		  typeof process !== 'undefined'
		  && process.platform === 'win32'
		) {
		  setupWindows();
		}

		// COMMONJS_EXPORTS ////////////////////////////////////////////////////////////

		module.exports = factory;

		// Although it is an anti-pattern,
		//   it is still widely misused by a lot of libraries in github
		// Ref: https://github.com/search?q=ignore.default%28%29&type=code
		factory.default = factory;

		module.exports.isPathValid = isPathValid;

		// For testing purposes
		define(module.exports, Symbol.for('setupWindows'), setupWindows); 
	} (ignore$1));
	return ignore$1.exports;
}

var ignoreExports = /*@__PURE__*/ requireIgnore();
var ignore = /*@__PURE__*/getDefaultExportFromCjs(ignoreExports);

const engines = {
	node: "^22.22.0 || >= 24.8.0"
};

var jestWorkerPath = "./jest-worker.js";

var vitestWorkerPath = "./vitest-worker.js";

exports.Attribute = Attribute;
exports.Config = Config;
exports.ConfigError = ConfigError;
exports.ConfigLoader = ConfigLoader;
exports.DEFAULT_ARIA_VERSION = DEFAULT_ARIA_VERSION;
exports.DOMNode = DOMNode;
exports.DOMTokenList = DOMTokenList;
exports.DOMTree = DOMTree;
exports.DynamicValue = DynamicValue;
exports.Engine = Engine;
exports.EventHandler = EventHandler;
exports.FlatCompat = FlatCompat;
exports.HtmlElement = HtmlElement;
exports.MetaCopyableProperty = MetaCopyableProperty;
exports.MetaTable = MetaTable;
exports.NestedError = NestedError;
exports.Node = Node;
exports.Parser = Parser;
exports.PerformanceTracker = PerformanceTracker;
exports.Reporter = Reporter;
exports.ResolvedConfig = ResolvedConfig;
exports.Rule = Rule;
exports.SchemaValidationError = SchemaValidationError;
exports.Severity = Severity;
exports.StaticConfigLoader = StaticConfigLoader;
exports.TextClassification = TextClassification;
exports.TextContent = TextContent$1;
exports.TextEditKind = TextEditKind;
exports.TextNode = TextNode;
exports.UserError = UserError;
exports.WrappedError = WrappedError;
exports.applyFix = applyFix;
exports.ariaNaming = ariaNaming;
exports.autofixCollectEdits = autofixCollectEdits;
exports.bugs = bugs;
exports.bundledRules = bundledRules;
exports.classifyNodeText = classifyNodeText;
exports.codeFrameColumns = codeFrameColumns;
exports.compatibilityCheckImpl = compatibilityCheckImpl;
exports.config = config$5;
exports.config$1 = config$4;
exports.config$2 = config$3;
exports.config$3 = config$2;
exports.config$4 = config$1;
exports.config$5 = config;
exports.configurationSchema = configurationSchema;
exports.createAutofix = createAutofix;
exports.deepmerge = deepmerge;
exports.defineConfig = defineConfig;
exports.defineFlatConfig = defineFlatConfig;
exports.definePlugin = definePlugin;
exports.engines = engines;
exports.ensureError = ensureError;
exports.getBoundSourceText = getBoundSourceText;
exports.getEndLocation = getEndLocation;
exports.getFormatter = getFormatter;
exports.getStartLocation = getStartLocation;
exports.ignore = ignore;
exports.isAutofix = isAutofix;
exports.isThenable = isThenable;
exports.isUserError = isUserError;
exports.jestWorkerPath = jestWorkerPath;
exports.keywordPatternMatcher = keywordPatternMatcher;
exports.mergeFlatConfig = mergeFlatConfig;
exports.name = name;
exports.normalizeSource = normalizeSource;
exports.parseSeverity = parseSeverity;
exports.presets = presets;
exports.resolveFlatConfigTransformer = resolveFlatConfigTransformer;
exports.ruleExists = ruleExists;
exports.sliceLocation = sliceLocation;
exports.staticResolver = staticResolver;
exports.transformFilename = transformFilename;
exports.transformFilenameSync = transformFilenameSync;
exports.transformSource = transformSource;
exports.transformSourceSync = transformSourceSync;
exports.version = version;
exports.vitestWorkerPath = vitestWorkerPath;
exports.walk = walk;
//# sourceMappingURL=core.js.map
