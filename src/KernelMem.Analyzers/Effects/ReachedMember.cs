using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>Where a call goes: a member, or a reason why that cannot be said or told at once.</summary>
/// <param name="Member">The member with its type arguments, or null.</param>
/// <param name="Kind">Without a member: what kind of reason.</param>
/// <param name="Reason">Without a member: the reason.</param>
/// <param name="Effect">Without a member: the effect that it has; null for any.</param>
internal readonly record struct ReachedMember(IMethodSymbol? Member, CauseKind Kind = default, string Reason = "", Effect? Effect = null);
