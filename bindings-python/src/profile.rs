//! Profiles: what one phone shall be, as JSON, alone or in layers (SPEC V1, V11).

use libprov::profile::{self, Field, Layer};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple, PyType};
use zeroize::Zeroizing;

use crate::convert::{blob, text};
use crate::errors::{self, ARGUMENT, UTF8, barrier, refused, work, wrong_type};
use crate::secret::{Growing, Secret, no_pickle};

/// Longer texts are read with other Python threads running.
const HEAVY: usize = 16 * 1024;

/// Core refuses longer texts, and says so; so this one stops there.
const LONGEST: usize = 1 << 20;

/// As deep as core's own reader goes.
const DEEPEST: usize = 128;

/// What one phone shall be, in no vendor's words (SPEC V1); `docs/profile.md` lists every field.
///
/// `render_full` makes a model's file of it. It holds secrets, shows none and cannot be pickled: keep the JSON.
///
/// >>> from libprov import Profile
/// >>> server = {"host": "sip.example.net", "port": 5061, "transport": "tls"}
/// >>> Profile.from_json({"accounts": [{"user": "201", "password": "s3cret", "server": server}], "language": "de"})
/// <Profile with accounts 1>
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Profile(pub(crate) profile::Profile);

#[pymethods]
impl Profile {
    /// Read a profile.
    ///
    /// Args:
    ///     data: JSON as text or UTF-8 bytes, or the same as a dict, in which a `Secret` stands for its text. What is null or
    ///         None is not there.
    ///
    /// Raises:
    ///     ProfileError: text or bytes are no JSON, with `.field` None, or no profile: `.field` is the path of what is wrong,
    ///         such as `accounts[1].server.port`; the number in brackets is the slot, from 1. No error holds a value.
    ///     InvalidInputError: bytes or text are not Unicode, or a dict holds what JSON has no place for: a lone surrogate, a
    ///         number that is not finite, more than 128 levels.
    ///     TypeError: something is of no type that JSON has.
    ///
    /// >>> from libprov import Profile
    /// >>> Profile.from_json('{"accounts": [{"user": "201", "server": {"host": "a", "port": 0}}]}')
    /// Traceback (most recent call last):
    ///     ...
    /// libprov.errors.ProfileError: accounts[1].server.port is not a port from 1 to 65535
    #[classmethod]
    #[pyo3(signature = (data, /))]
    fn from_json(_cls: &Bound<'_, PyType>, data: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (py, json) = (data.py(), json(data, "data")?);
        let read = work(py, json.len() > HEAVY, || profile::Profile::from_json(&json))?;
        read.map(Self).map_err(|error| errors::profile(py, &error))
    }

    /// Merge what tenant, site, model and device say, the later the stronger, and read the result (SPEC V11).
    ///
    /// A layer is a part of a profile. What it says replaces what weaker ones said, objects field by field, and null removes
    /// (RFC 7396). Accounts, handsets, keys and modules are merged by slot; `{"slot": 2, "absent": True}` removes one. Other
    /// lists are replaced whole.
    ///
    /// Args:
    ///     tenant, site, model, device: one layer each, as `from_json` takes it, or a list of layers that are merged in their
    ///         order.
    ///
    /// Raises:
    ///     ProfileError: `.layer` is the layer that is wrong by itself or, where only the merge is, the last one that had a say
    ///         in the field.
    ///     InvalidInputError, TypeError: as `from_json`.
    ///
    /// >>> from libprov import Profile
    /// >>> tenant = {"accounts": [{"server": {"host": "sip.example.net"}}], "tones": "de"}
    /// >>> Profile.from_layers(tenant=tenant, device={"accounts": [{"user": "201", "password": "s3cret"}]})
    /// <Profile with accounts 1>
    /// >>> Profile.from_layers(tenant=tenant, site={"tones": "xx"})
    /// Traceback (most recent call last):
    ///     ...
    /// libprov.errors.ProfileError: the site layer: tones is none of the known words
    #[classmethod]
    #[pyo3(signature = (*, tenant = None, site = None, model = None, device = None))]
    fn from_layers(
        cls: &Bound<'_, PyType>,
        tenant: Option<&Bound<'_, PyAny>>,
        site: Option<&Bound<'_, PyAny>>,
        model: Option<&Bound<'_, PyAny>>,
        device: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let given = [(Layer::Tenant, tenant), (Layer::Site, site), (Layer::Model, model), (Layer::Device, device)];
        let mut texts: Vec<(Layer, Zeroizing<String>)> = Vec::new();
        for (layer, value) in given {
            let Some(value) = value else { continue };
            if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
                for (at, item) in value.try_iter()?.enumerate() {
                    texts.push((layer, json(&item?, &format!("{layer}[{at}]"))?));
                }
            } else {
                texts.push((layer, json(value, layer.word())?));
            }
        }
        let layers: Vec<(Layer, &str)> = texts.iter().map(|(layer, text)| (*layer, text.as_str())).collect();
        let heavy = layers.iter().map(|(_, text)| text.len()).sum::<usize>() > HEAVY;
        let read = work(cls.py(), heavy, || profile::Profile::from_layers(&layers))?;
        read.map(Self).map_err(|error| errors::layers(cls.py(), &error))
    }

    /// The slots of its SIP accounts, in ascending order.
    #[getter]
    fn account_slots<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.account_slots().collect::<Vec<_>>())
    }

    fn __repr__(&self) -> String {
        let slots: Vec<String> = self.0.account_slots().map(|slot| slot.to_string()).collect();
        match slots.len() {
            0 => "<Profile without accounts>".to_owned(),
            1..=8 => format!("<Profile with accounts {}>", slots.join(", ")),
            more => format!("<Profile with {more} accounts>"),
        }
    }

    /// By the slots only: a hash of the rest would tell about secrets.
    fn __hash__(&self) -> u64 {
        crate::convert::hash(self.0.account_slots().collect::<Vec<_>>())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("Profile"))
    }
}

/// Set one value of a layer, or of a whole profile, by its path: the one that errors name (SPEC V11).
///
/// What is around the value is made where it is missing.
///
/// Args:
///     layer: JSON as text or UTF-8 bytes, or a dict.
///     path: such as `accounts[1].server.port`; the number in brackets is the slot, from 1.
///     value: text, a number, a truth value, a `Secret`, a list or a dict. None says that there shall be no such value,
///         whatever weaker layers say; `profile_unset` leaves the word to them.
///
/// Returns:
///     The whole layer anew as JSON, always in the same order. It holds the secrets that the layer held.
///
/// Raises:
///     ProfileError: the layer is wrong before or after, or no JSON, or there is no such path.
///     InvalidInputError, TypeError: as `Profile.from_json`, for layer, path and value.
///
/// >>> from libprov import profile_set
/// >>> layer = profile_set({}, "accounts[1].server.port", 5061)
/// >>> profile_set(layer, "accounts[2]", None)
/// '{"accounts":[{"slot":1,"server":{"port":5061}},{"slot":2,"absent":true}]}'
/// >>> profile_set(layer, "accounts[1].server.prot", 5061)
/// Traceback (most recent call last):
///     ...
/// libprov.errors.ProfileError: accounts[1].server.prot is not a known field; the nearest are port
#[pyfunction]
#[pyo3(signature = (layer, path, value, /))]
pub(crate) fn profile_set<'py>(
    layer: &Bound<'py, PyAny>,
    path: &Bound<'py, PyAny>,
    value: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyString>> {
    let (py, layer, path) = (layer.py(), json(layer, "layer")?, text(path, "path")?);
    let mut written = Written::new();
    written.value(value, "value", 0)?;
    let written = written.finish();
    let changed = work(py, layer.len() > HEAVY, || profile::set(&layer, path, &written).map(Zeroizing::new))?;
    changed.map(|layer| PyString::new(py, &layer)).map_err(|error| errors::profile(py, &error))
}

/// Take one value of a layer back, so that the layer says nothing about it and weaker ones count (SPEC V11).
///
/// Objects and entries that are empty then go with it. What is not there is no error.
///
/// Returns, raises:
///     As `profile_set`.
///
/// >>> from libprov import profile_unset
/// >>> profile_unset('{"tones":"de","accounts":[{"slot":1,"server":{"port":5061}}]}', "accounts[1].server.port")
/// '{"tones":"de"}'
#[pyfunction]
#[pyo3(signature = (layer, path, /))]
pub(crate) fn profile_unset<'py>(layer: &Bound<'py, PyAny>, path: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    let (py, layer, path) = (layer.py(), json(layer, "layer")?, text(path, "path")?);
    let changed = work(py, layer.len() > HEAVY, || profile::unset(&layer, path).map(Zeroizing::new))?;
    changed.map(|layer| PyString::new(py, &layer)).map_err(|error| errors::profile(py, &error))
}

/// Give the JSON Schema (2020-12) of a profile, for editors and forms: the contents of `docs/profile.schema.json`.
///
/// Secrets are marked `writeOnly`. What it refuses `Profile.from_json` refuses too, and some things more that no schema can say.
///
/// >>> from libprov import profile_schema
/// >>> profile_schema()["title"]
/// 'Phone profile'
#[pyfunction]
pub(crate) fn profile_schema(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    loads(py, &barrier(py, profile::json_schema)?)
}

/// Give the JSON Schema of one layer: nothing is required, and everything may be null.
///
/// >>> from libprov import profile_layer_schema
/// >>> profile_layer_schema()["title"]
/// 'Layer of a phone profile'
#[pyfunction]
pub(crate) fn profile_layer_schema(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    loads(py, &barrier(py, profile::layer_json_schema)?)
}

/// List the fields of profiles by their paths, the slots written `[]`; `carries` takes them.
///
/// >>> from libprov import profile_fields
/// >>> profile_fields()[:2]
/// ('accounts[].label', 'accounts[].display_name')
#[pyfunction]
pub(crate) fn profile_fields(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, Field::ALL.iter().map(|field| field.path()))
}

fn loads<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (json,))
}

/// A profile or a layer as JSON text, whichever way it came.
fn json(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Zeroizing<String>> {
    if value.is_instance_of::<PyString>() {
        return text(value, field).map(|text| Zeroizing::new(text.to_owned()));
    }
    if value.is_instance_of::<PyDict>() || value.cast::<PyMapping>().is_ok() {
        let mut written = Written::new();
        written.value(value, "", 0)?;
        return Ok(written.finish());
    }
    let bytes = blob(value, field).map_err(|_| wrong_type(value, field, "JSON as str or bytes, or a dict"))?;
    let text = str::from_utf8(&bytes).map_err(|_| refused(value.py(), UTF8, field, &format!("{field} is not UTF-8")))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// JSON in the making. Its errors name the place in a list from 1, as the slot is where an entry names none.
struct Written {
    out: Growing,
}

impl Written {
    fn new() -> Self {
        Self { out: Growing::default() }
    }

    fn finish(self) -> Zeroizing<String> {
        self.out.finish()
    }

    fn value(&mut self, value: &Bound<'_, PyAny>, path: &str, depth: usize) -> PyResult<()> {
        let at = || if path.is_empty() { "the profile" } else { path };
        if self.out.len() > LONGEST {
            return Ok(());
        }
        if depth > DEEPEST {
            let top = at().split(['[', '.']).next().unwrap_or_default();
            return Err(refused(value.py(), ARGUMENT, top, &format!("{top} is nested too deep")));
        }
        if value.is_none() {
            self.out.push_str("null");
        } else if value.is_instance_of::<PyString>() {
            self.text(text(value, at())?);
        } else if let Ok(secret) = value.cast::<Secret>() {
            self.text(secret.get().0.expose());
        } else if let Ok(on) = value.cast::<PyBool>() {
            self.out.push_str(if on.is_true() { "true" } else { "false" });
        } else if value.is_instance_of::<PyInt>() {
            // A number that no field holds stands for all those beyond 64 bits.
            match value.extract::<i64>() {
                Ok(number) => self.out.push(format_args!("{number}")),
                Err(_) => self.out.push_str("1e99"),
            }
        } else if let Ok(number) = value.cast::<PyFloat>() {
            let number = number.value();
            if !number.is_finite() {
                return Err(refused(value.py(), ARGUMENT, at(), &format!("{} is a number that JSON does not have", at())));
            }
            self.out.push(format_args!("{number:e}"));
        } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            self.out.push_str("[");
            for (place, item) in value.try_iter()?.enumerate() {
                self.out.push_str(if place > 0 { "," } else { "" });
                self.value(&item?, &format!("{path}[{}]", place + 1), depth + 1)?;
                if self.out.len() > LONGEST {
                    break;
                }
            }
            self.out.push_str("]");
        } else if let Ok(dict) = value.cast::<PyDict>() {
            self.object(&dict.items(), path, depth)?;
        } else if let Ok(mapping) = value.cast::<PyMapping>() {
            self.object(&mapping.items()?, path, depth)?;
        } else {
            return Err(wrong_type(value, at(), "something that JSON has, or a Secret"));
        }
        Ok(())
    }

    /// An object, by a copy of its items: a dict may change while it is read.
    fn object(&mut self, items: &Bound<'_, PyList>, path: &str, depth: usize) -> PyResult<()> {
        self.out.push_str("{");
        for (place, item) in items.iter().enumerate() {
            let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
            let name = text(&name, "a name in the profile")?;
            self.out.push_str(if place > 0 { "," } else { "" });
            self.text(name);
            self.out.push_str(":");
            // It goes into messages and `.field` as core would say it.
            let short: String = name.chars().take(128).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
            let below = if path.is_empty() { short } else { format!("{path}.{short}") };
            self.value(&value, &below, depth + 1)?;
            if self.out.len() > LONGEST {
                break;
            }
        }
        self.out.push_str("}");
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.out.push_str("\"");
        for c in text.chars() {
            match c {
                '"' | '\\' => self.out.push(format_args!("\\{c}")),
                c if c < ' ' => self.out.push(format_args!("\\u{:04x}", u32::from(c))),
                c => self.out.push_str(c.encode_utf8(&mut [0; 4])),
            }
        }
        self.out.push_str("\"");
    }
}
