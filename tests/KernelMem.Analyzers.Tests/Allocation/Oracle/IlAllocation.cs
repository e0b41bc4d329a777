using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Analyzers.Tests.Allocation.Oracle;

/// <summary>When an instruction allocates.</summary>
internal enum IlTier
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>Where the compiler from IL to machine code does not optimise: it makes a box only to test it, or data only to look at it.</summary>
    Unoptimised,

    /// <summary>When the code runs first: the result is kept in a static field.</summary>
    FirstUse,

    /// <summary>Each time.</summary>
    Always,
}

/// <summary>What an instruction allocates.</summary>
internal enum IlKind
{
    /// <summary>An object, by <c>newobj</c>.</summary>
    Object,

    /// <summary>The object that holds what lambdas capture.</summary>
    Closure,

    /// <summary>A delegate, by <c>ldftn</c> and <c>newobj</c>; or two that are joined.</summary>
    Delegate,

    /// <summary>An array.</summary>
    Array,

    /// <summary>A box, by <c>box</c> or by a constrained call of a method that the value type does not have.</summary>
    Box,

    /// <summary>A string that the compiler builds by calling for it.</summary>
    Text,

    /// <summary>A copy of a part of a string or an array.</summary>
    Slice,

    /// <summary>An enumerator that is an object.</summary>
    Enumerator,

    /// <summary>The object of an iterator or of an asynchronous function.</summary>
    StateMachine,

    /// <summary>A copy of a record.</summary>
    Clone,

    /// <summary>A query, a dynamic operation or an expression tree: something that calls libraries for its many objects.</summary>
    Library,

    /// <summary>An exception that is thrown, whoever made it.</summary>
    Throw,

    /// <summary>A text or a box that a member of a record needs, which the compiler wrote.</summary>
    Equality,
}

/// <summary>An instruction that allocates.</summary>
/// <param name="Method">Whose code it is in.</param>
/// <param name="Instruction">The instruction.</param>
/// <param name="Kind">What it allocates.</param>
/// <param name="Tier">When it allocates.</param>
/// <param name="Callee">The method that is called for it, where C# code could have called that as well; else null.</param>
internal readonly record struct IlAllocation(MethodDefinition Method, Instruction Instruction, IlKind Kind, IlTier Tier, string? Callee = null);
