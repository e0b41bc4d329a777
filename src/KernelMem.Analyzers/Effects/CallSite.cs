using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>How a place in code reaches other code.</summary>
internal enum CallKind
{
    /// <summary>Just this member runs.</summary>
    Direct,

    /// <summary>The member runs, or what overrides or implements it.</summary>
    Dispatched,

    /// <summary>The member as a type argument has it: through a type parameter.</summary>
    Constrained,

    /// <summary>Whatever a delegate holds.</summary>
    Delegate,

    /// <summary>Whatever a function pointer points to.</summary>
    Pointer,

    /// <summary>A delegate or a pointer of the member is made: it runs when that is used.</summary>
    Made,

    /// <summary>The static constructor of the type runs, unless it has before.</summary>
    TypeInitializer,
}

/// <summary>A place at which other code runs.</summary>
/// <param name="Kind">How it is reached.</param>
/// <param name="Target">The member; null for pointers and static constructors.</param>
/// <param name="Type">The type of the receiver, as far as it is known: of a delegate, of a type parameter, whose static constructor.</param>
/// <param name="Location">The place.</param>
internal readonly record struct CallSite(CallKind Kind, IMethodSymbol? Target, ITypeSymbol? Type, Location Location);
