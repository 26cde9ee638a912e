//! The vendor table: which models there are, and what each can do (SPEC V8).

use libprov::error::ErrorCode;
use libprov::models::{self, Capabilities, ModelRef, OwnModel};
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use crate::convert::{hash, quoted, text, truth, tuple};
use crate::errors::refused;
use crate::words::CARRIAGE;

/// A vendor's model, and what it can do (SPEC V8).
///
/// `Model("yealink", "T46S")` is a row of the vendor table; `Model.own` describes one that the host renders itself.
///
/// >>> from libprov import Model
/// >>> Model("Yealink", "t46s")
/// Model('yealink', 'T46S')
/// >>> Model("yealink", "SIP-T46S")
/// Traceback (most recent call last):
///     ...
/// libprov.errors.InvalidInputError: there is no model SIP-T46S of yealink; did you mean T46S, T41S, T42S?
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Model(pub(crate) ModelRef);

#[pymethods]
impl Model {
    #[new]
    #[pyo3(signature = (vendor, name, /))]
    fn new(vendor: &Bound<'_, PyAny>, name: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (py, vendor, name) = (vendor.py(), text(vendor, "vendor")?, text(name, "name")?);
        if let Some(model) = models::lookup(vendor, name) {
            return Ok(Self(ModelRef::Known(model)));
        }
        let near = models::nearest(vendor, name).join(", ");
        let hint = if near.is_empty() { "; Model.own describes others".to_owned() } else { format!("; did you mean {near}?") };
        let shown = |text: &str| text.chars().filter(|c| !c.is_control()).take(40).collect::<String>();
        let message = format!("there is no model {} of {}{hint}", shown(name), shown(vendor));
        Err(refused(py, ErrorCode::RENDER_UNKNOWN_MODEL.number(), "name", &message))
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

    fn __repr__(&self) -> String {
        let dot = if self.is_own() { ".own" } else { "" };
        format!("Model{dot}({}, {})", quoted(self.0.vendor()), quoted(self.0.name()))
    }

    fn __hash__(&self) -> u64 {
        hash((self.0.vendor(), self.0.name()))
    }
}

/// List the models of the vendor table.
#[pyfunction]
#[pyo3(name = "models")]
pub(crate) fn list_models(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    tuple(py, models::all(), |py, model| Bound::new(py, Model(ModelRef::Known(model))).map(Bound::into_any))
}
