namespace KernelMem.Analyzers.Effects;

/// <summary>What is known of a member whose code is not in the compilation.</summary>
/// <param name="Allocates">Whether it allocates managed memory.</param>
/// <param name="Throws">Whether it throws, besides what any code may (null, bounds, division).</param>
/// <param name="Blocks">Whether it may wait for others.</param>
/// <param name="Reason">The first cause, for the message: <c>new string</c>, <c>virtual call of Stream.Read</c>; empty if there is none.</param>
/// <param name="Needs">Where type arguments decide, what of theirs is used, as <see cref="TypeArgumentNeeds"/> has it; empty if that is not known.</param>
internal readonly record struct MemberEffects(EffectVerdict Allocates, EffectVerdict Throws, EffectVerdict Blocks, string Reason, string Needs = "");
