//! Functions that are the same, byte for byte. The compiler makes one for each type a piece of generic code is used with,
//! and notices before it knows what they come to; so some hundreds of them come to the same.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::convert::Infallible;

use anyhow::Result;
use wasm_encoder::{
    CodeSection, Encode,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{BinaryReader, FunctionBody};

pub struct Twins {
    /// For each function of the program, imports too: the first that does the same, mostly itself.
    pub first: Vec<u32>,
    /// The functions that are needed, by their place behind the imports, with their code calling only each other.
    pub kept: Vec<(usize, Vec<u8>)>,
}

/// Which functions are the same as an earlier one. Functions that call such twins become the same by that, so it is looked
/// for until none is found any more. Two that call themselves stay two.
///
/// `imported` is the number of imported functions, `types` and `bodies` those of the others.
///
/// # Errors
/// A function could not be read.
pub fn found(imported: usize, types: &[u32], bodies: &[&[u8]]) -> Result<Twins> {
    let mut first: Vec<u32> = (0..u32::try_from(imported + bodies.len())?).collect();
    loop {
        let mut known: HashMap<(u32, Vec<u8>), u32> = HashMap::new();
        let mut kept = Vec::new();
        let before = first.clone();
        for (place, body) in bodies.iter().enumerate() {
            let own = imported + place;
            if before[own] as usize != own {
                continue;
            }
            let code = calling(&before, body)?;
            match known.entry((types[place], code.clone())) {
                Entry::Occupied(twin) => first[own] = *twin.get(),
                Entry::Vacant(new) => {
                    new.insert(before[own]);
                    kept.push((place, code));
                }
            }
        }
        for function in 0..first.len() {
            first[function] = first[first[function] as usize];
        }
        if first == before {
            return Ok(Twins { first, kept });
        }
    }
}

/// A function's code with its calls going to the first of each kind.
fn calling(first: &[u32], body: &[u8]) -> Result<Vec<u8>> {
    let (mut code, mut bytes) = (CodeSection::new(), Vec::new());
    let body = FunctionBody::new(BinaryReader::new(body, 0));
    utils::parse_function_body(&mut First(first), &mut code, body).map_err(|e| anyhow::anyhow!("{e}"))?;
    code.encode(&mut bytes);
    Ok(bytes)
}

struct First<'f>(&'f [u32]);

impl Reencode for First<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.0[function as usize])
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{Function, Instruction};

    use super::*;

    /// No locals, then these instructions.
    fn body(instructions: &[Instruction<'_>]) -> Vec<u8> {
        let mut function = Function::new([]);
        instructions.iter().chain([&Instruction::End]).for_each(|one| _ = function.instruction(one));
        function.into_raw_body()
    }

    #[test]
    fn twins_and_those_who_call_twins_are_one() {
        let answers = |n| body(&[Instruction::I32Const(n)]);
        let calls = |function| body(&[Instruction::Call(function)]);
        // Behind one import: two that answer 7, one that answers 8, two that call the first two, one that calls the third;
        // the last answers 7 as well, but is of another type.
        let bodies = [answers(7), answers(7), answers(8), calls(1), calls(2), calls(3), answers(7)];
        let bodies: Vec<&[u8]> = bodies.iter().map(|body| &body[..]).collect();
        let Twins { first, kept } = found(1, &[0, 0, 0, 0, 0, 0, 1], &bodies).unwrap();
        assert_eq!(first, [0, 1, 1, 3, 4, 4, 6, 7]);
        assert_eq!(kept.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0, 2, 3, 5, 6]);
    }

    #[test]
    fn who_calls_itself_stays() {
        let bodies = [body(&[Instruction::Call(0)]), body(&[Instruction::Call(1)])];
        let bodies: Vec<&[u8]> = bodies.iter().map(|body| &body[..]).collect();
        assert_eq!(found(0, &[0, 0], &bodies).unwrap().first, [0, 1]);
    }
}
