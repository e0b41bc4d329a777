using System;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules.Boundary;

/// <summary>A value that flows into a place.</summary>
/// <param name="Target">Where it goes.</param>
/// <param name="Origin">Asks what is known by now of where the value comes from.</param>
internal readonly record struct Assignment(Place Target, Func<ISymbol?> Origin);
