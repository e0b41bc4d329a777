using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;

namespace KernelMem.CodeFixes;

/// <summary>One way to mend a place.</summary>
/// <param name="Title">What it does, as an editor shows it.</param>
/// <param name="Key">The same for all places that are mended in this way, so that they can be mended together.</param>
/// <param name="ApplyAsync">Does it.</param>
internal sealed record KernelFix(string Title, string Key, Func<CancellationToken, Task<Solution>> ApplyAsync);
