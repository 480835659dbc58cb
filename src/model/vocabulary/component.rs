//! The types of components, and what each can be told.

use super::Kind::{Columns, Flag, Map, Number, RowButtons, Tabs, Text, Value, Word};
use super::{Property, Type, of};

const COLOURS: &[&str] = &[
    "default", "gray", "blue", "green", "orange", "purple", "red", "yellow",
];
const LEVELS: &[&str] = &["default", "danger", "warning", "success"];
const SIDES: &[&str] = &["left", "center", "right"];
const HEIGHTS: &[&str] = &["top", "center", "bottom"];
const SIZES: &[&str] = &["sm", "md", "lg"];

const LABEL: Property = of("label", Text, "The text on it or above it.");
const LOADING: Property = of(
    "isLoading",
    Flag,
    "Whether it shows that it is waiting, such as `${listServices.isLoading}`.",
);
const DISABLED: Property = of(
    "isDisabled",
    Flag,
    "Whether it is greyed out and cannot be used.",
);
const PLACEHOLDER: Property = of("placeholder", Text, "What stands in it while it is empty.");
const TOOLTIP: Property = of(
    "tooltip",
    Text,
    "What is shown while the pointer rests on its information sign.",
);
const DEFAULT: Property = of(
    "defaultValue",
    Value,
    "Its value before anybody has changed it.",
);
const OPTIONS: Property = of(
    "options",
    Value,
    "What can be chosen: texts, or `{label, value}` pairs; a list, JSON text or an expression.",
);
const SIZE: Property = of("size", Word(SIZES), "How large it is.");
const HORIZONTAL: Property = of(
    "horizontalAlign",
    Word(SIDES),
    "Where it stands in its cell.",
);
const VERTICAL: Property = of(
    "verticalAlign",
    Word(HEIGHTS),
    "Where it stands in its cell.",
);
const BORDERLESS: Property = of(
    "isBorderless",
    Flag,
    "Whether it is drawn without a border.",
);

/// The known types.
pub const COMPONENTS: [Type; 24] = [
    Type {
        name: "button",
        about: "A button. Its event is `click`.",
        properties: &[
            LABEL,
            of("level", Word(LEVELS), "Its colour: what a click means."),
            of("isPrimary", Flag, "Whether it is filled with its colour."),
            BORDERLESS,
            LOADING,
            DISABLED,
            of(
                "iconLeft",
                Text,
                "The icon before the label, such as `plus`; empty for none.",
            ),
            of(
                "iconRight",
                Text,
                "The icon behind the label, such as `arrowRight`; empty for none.",
            ),
        ],
    },
    Type {
        name: "calloutValue",
        about: "One value in large letters, with a label and a unit.",
        properties: &[
            of("value", Value, "The value that is shown."),
            LABEL,
            of(
                "unit",
                Text,
                "What stands behind the value, such as `s`; empty for none.",
            ),
            of("style", Word(COLOURS), "Its colour."),
            SIZE,
            of(
                "isCentered",
                Flag,
                "Whether the value stands in the middle.",
            ),
            BORDERLESS,
            LOADING,
            DISABLED,
        ],
    },
    Type {
        name: "checkbox",
        about: "Boxes to tick.",
        properties: &[
            LABEL,
            OPTIONS,
            of(
                "defaultIsChecked",
                Flag,
                "Whether it is ticked before anybody has changed it.",
            ),
            of(
                "isMultiline",
                Flag,
                "Whether each box stands on a line of its own.",
            ),
            DISABLED,
            TOOLTIP,
        ],
    },
    Type {
        name: "container",
        about: "A box around other components. Its only child is a grid, which `grid:` names.",
        properties: &[of(
            "hasBackground",
            Flag,
            "Whether it has a background of its own.",
        )],
    },
    Type {
        name: "dateRangePicker",
        about: "A choice of a time frame.",
        properties: &[LABEL, DEFAULT, DISABLED, TOOLTIP],
    },
    Type {
        name: "divider",
        about: "A line between other components.",
        properties: &[],
    },
    Type {
        name: "fileInput",
        about: "A choice of a file to upload.",
        properties: &[
            LABEL,
            of(
                "acceptedFileTypes",
                Value,
                "The types of files that can be chosen.",
            ),
            DISABLED,
            TOOLTIP,
        ],
    },
    Type {
        name: "grid",
        about: "The canvas that other components stand on, in twelve columns. The root of an app is one.",
        properties: &[of(
            "backgroundColor",
            Word(COLOURS),
            "The colour of its background.",
        )],
    },
    Type {
        name: "gridCell",
        about: "A place on a grid, around one component. `at:` is its short form.",
        properties: &[of(
            "layout",
            Map,
            "Where it stands: `default` with `x`, `y`, `width` and `height`.",
        )],
    },
    Type {
        name: "image",
        about: "A picture.",
        properties: &[LOADING, HORIZONTAL, VERTICAL],
    },
    Type {
        name: "integrationLogo",
        about: "The logo of an integration.",
        properties: &[
            of(
                "integrationId",
                Text,
                "The integration, such as `amazon-ecs`.",
            ),
            HORIZONTAL,
            VERTICAL,
            LOADING,
        ],
    },
    Type {
        name: "jsonInput",
        about: "A field for JSON.",
        properties: &[
            LABEL,
            DEFAULT,
            of(
                "defaultViewMode",
                Word(&["raw"]),
                "How the JSON is shown at first.",
            ),
            of("readOnly", Flag, "Whether it can only be read."),
            TOOLTIP,
        ],
    },
    Type {
        name: "modal",
        about: "A window above the page. Its only child is a grid, which `grid:` names. Its events are `open`, `close` and `toggleOpen`.",
        properties: &[
            of("title", Text, "What stands at its top."),
            SIZE,
            of("layout", Map, "Where it stands; modals do not need one."),
        ],
    },
    Type {
        name: "numberInput",
        about: "A field for a number.",
        properties: &[
            LABEL,
            DEFAULT,
            PLACEHOLDER,
            of("validation", Map, "What is accepted: `min` and `max`."),
            DISABLED,
            TOOLTIP,
        ],
    },
    Type {
        name: "radioButtons",
        about: "A choice of one among a few, all of them in view.",
        properties: &[LABEL, OPTIONS, DEFAULT, DISABLED, TOOLTIP],
    },
    Type {
        name: "schemaForm",
        about: "A form made from a JSON Schema. Its event is `submit`.",
        properties: &[
            of("jsonSchema", Map, "What the form asks for."),
            of(
                "uiSchema",
                Map,
                "How it asks: the order of the fields, their widgets and help.",
            ),
            DEFAULT,
            DISABLED,
        ],
    },
    Type {
        name: "search",
        about: "A field for a search. Its event is `submit`.",
        properties: &[
            DEFAULT,
            PLACEHOLDER,
            SIZE,
            of("hasShadow", Flag, "Whether it has a shadow."),
            of("showSubmitButton", Flag, "Whether it has a button."),
            LOADING,
        ],
    },
    Type {
        name: "select",
        about: "A choice from a list that opens. Its event is `change`.",
        properties: &[
            LABEL,
            OPTIONS,
            DEFAULT,
            PLACEHOLDER,
            of("isMultiselect", Flag, "Whether several can be chosen."),
            of("isClearable", Flag, "Whether the choice can be taken back."),
            DISABLED,
            LOADING,
            TOOLTIP,
        ],
    },
    Type {
        name: "table",
        about: "A table. Its events are `tableRowClick`, `pageChange` and, of the buttons in its rows, `click`.",
        properties: TABLE,
    },
    Type {
        name: "tabs",
        about: "Tabs, each showing one of the children. Its event is `change`.",
        properties: &[
            of(
                "tabs",
                Tabs,
                "The tabs: a label, and the name of the child that it shows.",
            ),
            of(
                "alignment",
                Word(&["horizontal", "vertical"]),
                "Whether they stand side by side or below each other.",
            ),
            of("style", Word(COLOURS), "Their colour."),
            of("impact", Word(&["high", "low"]), "How much they stand out."),
            of(
                "hideTabs",
                Flag,
                "Whether the tabs themselves are hidden, so that only events change them.",
            ),
            of("hideBody", Flag, "Whether the children are hidden."),
        ],
    },
    Type {
        name: "text",
        about: "A text, as Markdown or as it is.",
        properties: &[
            of("content", Text, "The text."),
            of(
                "contentType",
                Word(&["markdown", "plain_text"]),
                "Whether the text is Markdown.",
            ),
            of("textAlign", Word(SIDES), "Where its lines stand."),
            VERTICAL,
            LABEL,
        ],
    },
    Type {
        name: "textArea",
        about: "A field for a text of several lines.",
        properties: &[LABEL, DEFAULT, PLACEHOLDER, DISABLED, TOOLTIP],
    },
    Type {
        name: "textInput",
        about: "A field for a text of one line.",
        properties: &[LABEL, DEFAULT, PLACEHOLDER, DISABLED, TOOLTIP],
    },
    Type {
        name: "vegaChart",
        about: "A chart described in Vega or Vega-Lite.",
        properties: &[LOADING],
    },
];

const TABLE: &[Property] = &[
    of(
        "data",
        Value,
        "The rows: mostly an expression, such as `${listServices.outputs}`.",
    ),
    of("columns", Columns, "What is shown of each row, in order."),
    of(
        "rowButtons",
        RowButtons,
        "Buttons in each row, as raw components.",
    ),
    of("title", Text, "What stands above the table."),
    of(
        "titleType",
        Word(&["plain_text", "markdown"]),
        "Whether the title is Markdown.",
    ),
    of("titleAlignment", Word(SIDES), "Where the title stands."),
    of(
        "emptyStateCaption",
        Text,
        "What is shown instead of no rows.",
    ),
    of(
        "paginationType",
        Word(&["client_side", "server_side"]),
        "Whether the table has all rows, or asks for each page.",
    ),
    of("pageSize", Number, "How many rows a page has."),
    of(
        "totalCount",
        Number,
        "How many rows there are in all, where the server pages.",
    ),
    of(
        "defaultSorting",
        Value,
        "What it is sorted by at first: `{column, direction}` pairs.",
    ),
    of(
        "globalFilter",
        Flag,
        "Whether it has a field that filters all columns.",
    ),
    of("searchable", Flag, "Whether it can be searched."),
    of("summary", Flag, "Whether it tells how many rows it has."),
    of(
        "hasColumnToolbar",
        Flag,
        "Whether people can choose columns.",
    ),
    of(
        "hasSortToolbar",
        Flag,
        "Whether people can choose what it is sorted by.",
    ),
    of(
        "hasTimeFrameFilter",
        Text,
        "The column of times that a time frame filters; empty for none.",
    ),
    of(
        "isScrollable",
        Word(&["vertical", "horizontal", "both", "none"]),
        "In which directions it scrolls.",
    ),
    of("isWrappable", Flag, "Whether long texts are wrapped."),
    of(
        "isSubRowsEnabled",
        Flag,
        "Whether rows can have rows below them.",
    ),
    of(
        "autoUpdateColumns",
        Flag,
        "Whether the columns follow the data by themselves.",
    ),
    LOADING,
];
