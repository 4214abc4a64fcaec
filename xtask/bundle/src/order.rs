//! The order of a program's functions, so that they compress well. gzip finds what repeats within the last 32 kB only, and
//! the copies of generic code that resemble each other lie all over a program of a megabyte. Laying each function after
//! those it has most in common with saves a twentieth of what travels. Calls follow their function. Of functions that are
//! the same one stays (`twins.rs`).

use std::collections::{HashMap, VecDeque};

use anyhow::{Context, Result};
use wasm_encoder::{
    CodeSection, FunctionSection, ImportSection, Module,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{
    CodeSectionReader, FunctionBody, FunctionSectionReader, ImportSectionReader, Parser, Payload, TypeRef,
};

use crate::twins::{self, Twins};

/// Bytes compared at a time.
const GRAIN: usize = 6;
/// A grain in more functions than this tells nothing about any of them.
const TOO_COMMON: usize = 50;
/// Bytes behind the next function that it should resemble: of gzip's window the part that is near.
const BEHIND: usize = 24_000;
/// Keeps tiny functions, which resemble everything, from going first.
const LEAST: usize = 200;

/// The same program, script and wasm, with its functions in another order, each of them once, and short names for what it
/// imports: the library's own end in sixteen random digits each, in both files.
pub fn laid(script: &str, wasm: &[u8]) -> Result<(String, Vec<u8>)> {
    let (mut types, mut bodies, mut imported) = (Vec::new(), Vec::new(), 0);
    let (mut script, mut short) = (script.to_owned(), HashMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    imported += usize::from(matches!(import.ty, TypeRef::Func(_)));
                    let key = format!("        {}: function(", import.name);
                    if import.name.starts_with("__wbg_")
                        && script.matches(import.name).count() == 1
                        && script.contains(&key)
                    {
                        let name = format!("i{}", short.len());
                        script = script.replace(&key, &format!("{name}: function("));
                        short.insert(import.name.to_owned(), name);
                    }
                }
            }
            Payload::FunctionSection(section) => types = section.into_iter().collect::<Result<_, _>>()?,
            Payload::CodeSectionEntry(body) => bodies.push(&wasm[body.range()]),
            _ => {}
        }
    }
    let Twins { first, kept } = twins::found(imported, &types, &bodies)?;
    let order: Vec<usize> =
        order(&kept.iter().map(|(_, body)| &body[..]).collect::<Vec<_>>()).into_iter().map(|at| kept[at].0).collect();
    let mut renumbered: Vec<u32> = (0..u32::try_from(first.len())?).collect();
    for (new, old) in order.iter().enumerate() {
        renumbered[imported + old] = u32::try_from(imported + new)?;
    }
    // Whoever called a twin calls the one that is kept.
    let renumbered = first.iter().map(|kept| renumbered[*kept as usize]).collect();
    let mut module = Module::new();
    let mut laid = Laid { order, renumbered, short };
    laid.parse_core_module(&mut module, Parser::new(0), wasm).map_err(|e| anyhow::anyhow!("{e}")).context("laying")?;
    let program = module.finish();
    answered(&script, &program)?;
    Ok((script, program))
}

/// Every import must be there in the script, or the browser would refuse the program.
fn answered(script: &str, wasm: &[u8]) -> Result<()> {
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::ImportSection(section) = payload? else { continue };
        for import in section.into_imports() {
            let name = import?.name;
            anyhow::ensure!(script.contains(&format!("{name}: ")), "the script does not answer {name}");
        }
    }
    Ok(())
}

/// Functions by their place in the old program, in their new order.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
    let mut grains: Vec<Vec<&[u8]>> = Vec::with_capacity(bodies.len());
    for (function, body) in bodies.iter().enumerate() {
        let mut own: Vec<&[u8]> = body.windows(GRAIN).collect();
        own.sort_unstable();
        own.dedup();
        own.iter().for_each(|grain| holders.entry(*grain).or_default().push(function));
        grains.push(own);
    }
    holders.retain(|_, functions| (2..=TOO_COMMON).contains(&functions.len()));
    let mut behind: HashMap<&[u8], u32> = HashMap::new();
    let mut alike = vec![0usize; bodies.len()];
    let mut window = VecDeque::new();
    let mut bytes = 0;
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    // The most alike by share of its own size; the old order decides between equals, so that every build is the same.
    let score = |alike: usize, function: usize| (alike * 1_000_000) / (grains[function].len() + LEAST);
    while let Some(place) =
        (0..left.len()).max_by_key(|at| (score(alike[left[*at]], left[*at]), usize::MAX - left[*at]))
    {
        let next = left.swap_remove(place);
        order.push(next);
        window.push_back(next);
        bytes += bodies[next].len();
        for grain in &grains[next] {
            let Some(functions) = holders.get(grain) else { continue };
            let seen = behind.entry(grain).or_default();
            *seen += 1;
            if *seen == 1 {
                functions.iter().for_each(|function| alike[*function] += 1);
            }
        }
        while bytes > BEHIND && window.len() > 1 {
            let Some(gone) = window.pop_front() else { break };
            bytes -= bodies[gone].len();
            for grain in &grains[gone] {
                let (Some(functions), Some(seen)) = (holders.get(grain), behind.get_mut(grain)) else { continue };
                *seen -= 1;
                if *seen == 0 {
                    functions.iter().for_each(|function| alike[*function] -= 1);
                }
            }
        }
    }
    order
}

struct Laid {
    /// The functions that stay, by their place in the old program.
    order: Vec<usize>,
    /// What each function of the old program is called by now, imports too.
    renumbered: Vec<u32>,
    /// Imports by their long names.
    short: HashMap<String, String>,
}

impl Reencode for Laid {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        Ok(self.renumbered[function as usize])
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        for import in section.into_imports() {
            let import = import?;
            let ty = self.entity_type(import.ty)?;
            imports.import(import.module, self.short.get(import.name).map_or(import.name, String::as_str), ty);
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        let types: Vec<u32> = section.into_iter().collect::<Result<_, _>>()?;
        for old in &self.order {
            functions.function(types[*old]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        let bodies: Vec<FunctionBody<'_>> = section.into_iter().collect::<Result<_, _>>()?;
        for old in self.order.clone() {
            utils::parse_function_body(self, code, bodies[old].clone())?;
        }
        Ok(())
    }
}
