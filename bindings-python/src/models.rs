//! The vendor table: which models there are, and what each can do (SPEC V8).

use libprov::error::ErrorCode;
use libprov::models::{self, Capabilities, Hotline, ModelRef, OwnModel};
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use crate::convert::{hash, quoted, text, truth, tuple};
use crate::errors::refused;
use crate::words::{CARRIAGE, CONFIDENCE, DIALECT};

/// A vendor's model, and what it can do (SPEC V8).
///
/// `Model("yealink", "T46S")` is a row of the vendor table, in any case of letters; `Model.own` describes one that the host
/// renders itself. What only a row says is None for an own model.
///
/// Raises:
///     InvalidInputError: there is no such vendor or model; the text has the nearest names.
///
/// >>> from libprov import Model
/// >>> Model("Yealink", "t46s")
/// Model('yealink', 'T46S')
/// >>> Model("yealink", "SIP-T46S")
/// Traceback (most recent call last):
///     ...
/// libprov.errors.InvalidInputError: there is no model SIP-T46S of yealink; did you mean T46S, T41S, T42S?
/// >>> phone = Model("snom", "D385")
/// >>> phone.accounts, phone.keys, phone.modules, phone.module_keys, phone.digit_map
/// (12, 48, 3, 18, True)
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Model(pub(crate) ModelRef);

impl Model {
    fn row(&self) -> Option<&'static models::Model> {
        if let ModelRef::Known(row) = self.0 { Some(row) } else { None }
    }
}

/// The row of a model that libprov renders.
pub(crate) fn row(model: &Bound<'_, Model>) -> PyResult<&'static models::Model> {
    model.get().row().ok_or_else(|| {
        let code = ErrorCode::RENDER_UNSUPPORTED.number();
        refused(model.py(), code, "model", "the model is described by Model.own, so the host renders it")
    })
}

#[pymethods]
impl Model {
    #[new]
    #[pyo3(signature = (vendor, name, /))]
    fn new(vendor: &Bound<'_, PyAny>, name: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (py, vendor, name) = (vendor.py(), text(vendor, "vendor")?, text(name, "name")?);
        if let Some(model) = models::lookup(vendor, name) {
            return Ok(Self(ModelRef::Known(model)));
        }
        let shown = |text: &str| text.chars().filter(|c| !c.is_control()).take(40).collect::<String>();
        let (field, what, near) = if models::vendors().any(|known| known.eq_ignore_ascii_case(vendor)) {
            ("name", format!("model {} of {}", shown(name), shown(vendor)), models::nearest(vendor, name))
        } else {
            ("vendor", format!("vendor {}", shown(vendor)), models::nearest_vendor(vendor))
        };
        let hint = match near.join(", ") {
            none if none.is_empty() => "; Model.own describes others".to_owned(),
            near => format!("; did you mean {near}?"),
        };
        Err(refused(py, ErrorCode::RENDER_UNKNOWN_MODEL.number(), field, &format!("there is no {what}{hint}")))
    }

    /// Describe a model that is not in the table: the host renders its files.
    ///
    /// Args:
    ///     restricted: whether the host can render a restricted configuration for it (SPEC R20).
    ///     retains: whether it keeps what a later configuration omits (SPEC S4).
    ///     carriage: how it carries its token back (SPEC R19).
    #[classmethod]
    #[pyo3(signature = (vendor, name, /, *, restricted, retains, carriage))]
    fn own(
        _cls: &Bound<'_, PyType>,
        vendor: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        restricted: &Bound<'_, PyAny>,
        retains: &Bound<'_, PyAny>,
        carriage: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let capabilities = Capabilities {
            restricted: truth(restricted, "restricted")?,
            retains: truth(retains, "retains")?,
            carriage: CARRIAGE.read(carriage, "carriage")?,
        };
        let (vendor, name) = (text(vendor, "vendor")?.into(), text(name, "name")?.into());
        Ok(Self(ModelRef::Own(Box::new(OwnModel { vendor, name, capabilities }))))
    }

    /// The vendor's name.
    #[getter]
    fn vendor(&self) -> &str {
        self.0.vendor()
    }

    /// The model's name.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// Whether the host describes it itself.
    #[getter]
    fn is_own(&self) -> bool {
        matches!(self.0, ModelRef::Own(_))
    }

    /// Whether a restricted configuration can be rendered for it.
    #[getter]
    fn restricted(&self) -> bool {
        self.0.capabilities().restricted
    }

    /// Whether it keeps what a later configuration omits.
    #[getter]
    fn retains(&self) -> bool {
        self.0.capabilities().retains
    }

    /// How it carries its token back.
    #[getter]
    fn carriage<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        CARRIAGE.show(py, self.0.capabilities().carriage)
    }

    /// The way its configuration is written.
    #[getter]
    fn dialect<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.row().map(|row| DIALECT.show(py, row.dialect)).transpose()
    }

    /// How many SIP accounts it can hold; of a telephone adapter, its ports.
    #[getter]
    fn accounts(&self) -> Option<u16> {
        self.row().map(|row| row.accounts)
    }

    /// How many handsets it can hold; 0 where it is no DECT base.
    #[getter]
    fn handsets(&self) -> Option<u16> {
        self.row().map(|row| row.handsets)
    }

    /// How many function keys it has beside its screen.
    #[getter]
    fn keys(&self) -> Option<u16> {
        self.row().map(|row| row.keys)
    }

    /// How many expansion modules it can hold.
    #[getter]
    fn modules(&self) -> Option<u16> {
        self.row().map(|row| row.modules.count)
    }

    /// How many keys each expansion module has.
    #[getter]
    fn module_keys(&self) -> Option<u16> {
        self.row().map(|row| row.modules.keys)
    }

    /// Whether it has a screen.
    #[getter]
    fn screen(&self) -> Option<bool> {
        self.row().map(|row| row.screen)
    }

    /// Whether it is known to take a digit map, so that it can itself refuse numbers that are not allowed (SPEC V3).
    #[getter]
    fn digit_map(&self) -> Option<bool> {
        self.row().map(|row| row.digit_map)
    }

    /// The longest delay, in seconds, after which it dials by itself when it is taken off-hook; None where it cannot.
    #[getter]
    fn hotline_s(&self) -> Option<u8> {
        self.row().and_then(|row| if let Hotline::Delayed { longest_s } = row.hotline { Some(longest_s) } else { None })
    }

    /// How sure the numbers of its row are.
    #[getter]
    fn confidence<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.row().map(|row| CONFIDENCE.show(py, row.confidence)).transpose()
    }

    /// Where its row comes from.
    #[getter]
    fn source(&self) -> Option<&'static str> {
        self.row().map(|row| row.source)
    }

    fn __repr__(&self) -> String {
        let dot = if self.is_own() { ".own" } else { "" };
        format!("Model{dot}({}, {})", quoted(self.0.vendor()), quoted(self.0.name()))
    }

    fn __hash__(&self) -> u64 {
        hash((self.0.vendor(), self.0.name()))
    }
}

/// List the models of the vendor table, vendors in alphabetical order.
///
/// >>> from libprov import models
/// >>> sum(model.vendor == "snom" and model.restricted for model in models())
/// 26
#[pyfunction]
#[pyo3(name = "models")]
pub(crate) fn list_models(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    tuple(py, models::all(), |py, model| Bound::new(py, Model(ModelRef::Known(model))).map(Bound::into_any))
}

/// List the vendors of the vendor table, in alphabetical order.
///
/// >>> from libprov import vendors
/// >>> vendors()
/// ('gigaset', 'patton', 'snom', 'yealink')
#[pyfunction]
pub(crate) fn vendors(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, models::vendors().collect::<Vec<_>>())
}
